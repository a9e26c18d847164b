"""Small changes to a program, one at a time: what a slip of the fingers or of thought may do."""

from __future__ import annotations

import ast
import copy
import difflib
from collections.abc import Iterator
from dataclasses import dataclass

_OPERATORS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}
_NAMES = {
    "all": "any",
    "any": "all",
    "argmax": "argmin",
    "ceil": "floor",
    "cos": "sin",
    "eval": "train",
    "train": "eval",
    "floor": "ceil",
    "max": "min",
    "amax": "amin",
    "mean": "sum",
    "min": "max",
    "ones": "zeros",
    "zeros": "ones",
    "relu": "tanh",
    "ReLU": "Tanh",
    "sum": "mean",
    "MaxPool2d": "AvgPool2d",
    "AvgPool2d": "MaxPool2d",
    "no_grad": "enable_grad",
}


@dataclass(frozen=True)
class Mutant:
    """A changed program, and the change as lines of a diff."""

    source: str
    change: str


def mutants(source: str) -> Iterator[Mutant]:
    """Every program that differs from `source` in one operator, constant, name or statement."""
    tree = ast.parse(source)
    before = ast.unparse(tree)
    seen = {before}
    for index, node in enumerate(ast.walk(tree)):
        for number in range(len(list(_changes(node)))):
            changed = copy.deepcopy(tree)
            twin = list(ast.walk(changed))[index]
            list(_changes(twin))[number]()
            try:
                text = ast.unparse(ast.fix_missing_locations(changed))
                compile(text, "<mutant>", "exec")
            except (SyntaxError, ValueError):
                continue
            if text not in seen:
                seen.add(text)
                yield Mutant(text, _told(before, text))


def _changes(node: ast.AST):
    """What may be done to this node."""
    if isinstance(node, (ast.BinOp, ast.AugAssign, ast.BoolOp)):
        for other in _OPERATORS.get(type(node.op), ()):
            yield lambda other=other: setattr(node, "op", other())
    if isinstance(node, ast.Compare):
        for other in _OPERATORS.get(type(node.ops[0]), ()):
            yield lambda other=other: node.ops.__setitem__(0, other())
    if isinstance(node, ast.UnaryOp):
        yield lambda: _become(node, node.operand)
    if isinstance(node, (ast.If, ast.IfExp, ast.While)):
        yield lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.Constant):
        for value in _other_values(node.value):
            yield lambda value=value: setattr(node, "value", value)
    if isinstance(node, ast.Name) and node.id in _NAMES:
        yield lambda: setattr(node, "id", _NAMES[node.id])
    if isinstance(node, ast.Attribute) and node.attr in _NAMES:
        yield lambda: setattr(node, "attr", _NAMES[node.attr])
    if isinstance(node, ast.Call):
        for at in range(len(node.keywords)):
            yield lambda at=at: node.keywords.pop(at)
        if len(node.args) > 1:
            yield lambda: node.args.insert(0, node.args.pop(1))
    for block in ("body", "orelse"):
        statements = getattr(node, block, None)
        if isinstance(statements, list):
            for at, statement in enumerate(statements):
                if isinstance(statement, (ast.Expr, ast.Assign, ast.AugAssign)) and not _is_text(
                    statement
                ):
                    yield lambda at=at, block=block: getattr(node, block).__setitem__(
                        at, ast.Pass()
                    )


def _other_values(value: object) -> list[object]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if isinstance(value, float):
        return [value * 2, value + 1.0]
    return []


def _become(node: ast.AST, other: ast.AST) -> None:
    node.__class__ = other.__class__  # type: ignore[assignment]
    node.__dict__ = other.__dict__


def _is_text(statement: ast.stmt) -> bool:
    """A docstring is no statement that does anything."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _told(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return "\n".join(line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---"))
