"""Strings put together from pieces: `"conv" + "2d"`, `"".join(...)`, `"d2vnoc"[::-1]`."""

from __future__ import annotations

import ast
import base64
import codecs
from collections.abc import Callable
from itertools import islice, product
from typing import Any

from cnnlab.check.refusal.values import NOTHING, Constant, Values

Evaluate = Callable[[ast.expr], Values]

_LONGEST = 1000
_MOST_WAYS = 64
_MOST_PARTS = 300
_METHODS = {
    *(
        [
            "capitalize",
            "casefold",
            "decode",
            "encode",
            "format",
            "join",
            "lower",
            "lstrip",
            "removeprefix",
            "removesuffix",
        ]
    ),
    *(["replace", "rstrip", "strip", "swapcase", "title", "translate", "upper", "zfill"]),
}
_FUNCTIONS: dict[str, Callable[..., object]] = {
    "chr": chr,
    "str": str,
    "bytes": bytes,
    "ord": ord,
    "base64.b64decode": base64.b64decode,
    "b64decode": base64.b64decode,
    "bytes.fromhex": bytes.fromhex,
    "codecs.decode": codecs.decode,
}


class _UnknownError(Exception):
    """A piece that is no constant."""


def operation(node: ast.expr, evaluate: Evaluate) -> Values:
    """The strings an f-string, sum, product or slice may give."""
    return _ways(node, evaluate)


def method_call(node: ast.Call, evaluate: Evaluate) -> Values:
    """The strings a pure method of a constant may give, and `chr` and its like."""
    known = isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS
    return _ways(node, evaluate) if known or _dotted(node.func) in _FUNCTIONS else NOTHING


def _dotted(node: ast.expr) -> str:
    """`a.b.c` as written, or nothing for anything but a short chain of names."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _ways(node: ast.expr, evaluate: Evaluate) -> Values:
    """Fold once for each combination of the constants that names in the expression stand for."""
    names: dict[str, list[Any]] = {}
    parts = list(islice(ast.walk(node), _MOST_PARTS + 1))
    if len(parts) > _MOST_PARTS:
        return NOTHING
    for part in parts:
        if isinstance(part, (ast.Name, ast.Attribute)) and isinstance(part.ctx, ast.Load):
            constants = [v.value for v in evaluate(part) if isinstance(v, Constant)]
            if constants and _dotted(part):
                names[_dotted(part)] = sorted(constants, key=str)
    found = set()
    for choice in islice(product(*names.values()), _MOST_WAYS):
        try:
            value = _fold(node, dict(zip(names, choice, strict=True)))
        except (_UnknownError, ValueError, TypeError, LookupError, AttributeError, OverflowError):
            continue
        if isinstance(value, (str, bytes, int)):
            found.add(Constant(value))
    return frozenset(found)


def _fold(node: ast.expr, names: dict[str, Any]) -> Any:
    value = _folded(node, names)
    if isinstance(value, (str, bytes, list, tuple)) and len(value) > _LONGEST:
        raise _UnknownError
    if isinstance(value, int) and abs(value) > 10**9:
        raise _UnknownError
    return value


def _folded(node: ast.expr, names: dict[str, Any]) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.Name, ast.Attribute)) and _dotted(node) in names:
        return names[_dotted(node)]
    if isinstance(node, (ast.List, ast.Tuple)):
        return [_fold(part, names) for part in node.elts]
    if isinstance(node, ast.JoinedStr):
        return "".join(str(_fold(part, names)) for part in node.values)
    if isinstance(node, ast.FormattedValue) and node.format_spec is None:
        return _fold(node.value, names)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_fold(node.operand, names)
    if isinstance(node, ast.BinOp):
        return _combined(node, names)
    if isinstance(node, ast.Subscript):
        return _fold(node.value, names)[_index(node.slice, names)]
    if isinstance(node, ast.Call) and not node.keywords:
        return _called(node, names)
    if isinstance(node, (ast.GeneratorExp, ast.ListComp)) and len(node.generators) == 1:
        return _comprehended(node, names)
    raise _UnknownError


def _combined(node: ast.BinOp, names: dict[str, Any]) -> Any:
    left, right = _fold(node.left, names), _fold(node.right, names)
    if isinstance(node.op, ast.Add):
        return left + right
    if isinstance(node.op, ast.Sub):
        return left - right
    if isinstance(node.op, ast.Mod):
        values = tuple(right) if isinstance(right, list) else right
        # A width such as `%999999999d` would fill the memory.
        if isinstance(left, str) and any(c.isdigit() or c == "*" for c in _directives(left)):
            raise _UnknownError
        return left % values
    if isinstance(node.op, ast.Mult):
        for factor, other in ((left, right), (right, left)):
            if isinstance(factor, int) and not isinstance(other, int) and factor > _LONGEST:
                raise _UnknownError
        return left * right
    if isinstance(node.op, ast.BitXor):
        return left ^ right
    raise _UnknownError


def _directives(template: str) -> str:
    """The letters right after each percent sign."""
    return "".join(piece[:1] for piece in template.split("%")[1:])


def _index(node: ast.expr, names: dict[str, Any]) -> Any:
    if isinstance(node, ast.Slice):
        bounds = (node.lower, node.upper, node.step)
        return slice(*(None if part is None else _fold(part, names) for part in bounds))
    return _fold(node, names)


def _called(node: ast.Call, names: dict[str, Any]) -> Any:
    arguments = [_fold(argument, names) for argument in node.args]
    function = _FUNCTIONS.get(_dotted(node.func))
    if function is not None:
        if _dotted(node.func) == "bytes" and arguments and isinstance(arguments[0], int):
            raise _UnknownError
        return function(*arguments)
    if isinstance(node.func, ast.Name) and node.func.id == "reversed":
        return list(arguments[0])[::-1]
    if isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
        thing = _fold(node.func.value, names)
        wide = node.func.attr == "zfill" or (
            node.func.attr == "format" and isinstance(thing, str) and ":" in thing
        )
        if isinstance(thing, (str, bytes)) and not wide:
            return getattr(thing, node.func.attr)(*arguments)
    raise _UnknownError


def _comprehended(node: ast.GeneratorExp | ast.ListComp, names: dict[str, Any]) -> list[Any]:
    generator = node.generators[0]
    if generator.ifs or not isinstance(generator.target, ast.Name):
        raise _UnknownError
    items = _fold(generator.iter, names)
    return [_fold(node.elt, {**names, generator.target.id: item}) for item in items]
