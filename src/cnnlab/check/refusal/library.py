"""What the few library functions return that hand out other functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from cnnlab.check.refusal.names import canonical
from cnnlab.check.refusal.scopes import FUNCTIONS
from cnnlab.check.refusal.values import (
    NOTHING,
    OUTSIDE,
    Container,
    Getter,
    Instance,
    Library,
    Lookup,
    Namespace,
    Opaque,
    Value,
    Values,
    elements,
    is_from_outside,
    texts,
)

_IMPORTERS = {
    "importlib.import_module",
    "importlib.__import__",
    "builtins.__import__",
    "sys.modules.get",
    "sys.modules.__getitem__",
    "importlib.reload",
}
_FETCHERS = {
    "builtins.getattr",
    "inspect.getattr_static",
    "builtins.object.__getattribute__",
    "types.ModuleType.__getattribute__",
}
_GETATTR = Library("builtins.getattr")
_SPACES = {"builtins.globals", "builtins.locals"}
_CARRIERS = {
    f"builtins.{name}"
    for name in (
        [
            "list",
            "tuple",
            "set",
            "frozenset",
            "dict",
            "iter",
            "reversed",
            "sorted",
            "zip",
            "enumerate",
            "filter",
        ]
    )
} | {"types.SimpleNamespace", "collections.OrderedDict", "itertools.chain", "builtins.map"}
_SAME_FUNCTION = {
    "functools.partial",
    "functools.partialmethod",
    "builtins.staticmethod",
    "builtins.classmethod",
    "copy.copy",
    "copy.deepcopy",
    "contextlib.nullcontext",
    "torch.compile",
    "torch.jit.script",
}


class Follows(Protocol):
    """The part of the evaluator needed here."""

    def attribute(self, things: Values, name: str) -> Values: ...

    def fetch(self, thing: Value, names: Values) -> Values: ...


def call(
    follow: Follows,
    path: str,
    arguments: Sequence[Values],
    keywords: Mapping[str | None, Values],
) -> Values:
    """What a call of the library function `path` may return, as far as it matters here."""
    first = arguments[0] if arguments else keywords.get("name", NOTHING)
    if path in _IMPORTERS:
        return _imported(path, first)
    if path in _FETCHERS and len(arguments) > 1:
        default = arguments[2] if len(arguments) > 2 else NOTHING
        fetched = [follow.fetch(thing, arguments[1]) for thing in first or OUTSIDE]
        if not first or is_from_outside(first):
            fetched += [follow.attribute(first, name) for name in texts(arguments[1])]
        return default.union(*fetched)
    if path in _SPACES or (path == "builtins.vars" and not arguments):
        return frozenset({Namespace(Library("__main__"))})
    if path == "builtins.vars":
        return frozenset(Namespace(thing) for thing in first)
    if path in {"operator.attrgetter", "operator.itemgetter", "operator.methodcaller"}:
        names = tuple(texts(first))
        return frozenset({Getter(names, calls=path.endswith("methodcaller"))})
    if path == "typing.cast" and len(arguments) > 1:
        return arguments[1]
    if path == "functools.reduce" and _GETATTR in first and len(arguments) > 2:
        return _reduced(follow, elements(arguments[1]), arguments[2])
    if path == "functools.partial" and _GETATTR in first and len(arguments) > 1:
        return frozenset(Lookup(thing) for thing in arguments[1])
    if path in _SAME_FUNCTION:
        return first
    if path in _CARRIERS:
        everything = NOTHING.union(*arguments, *keywords.values())
        return frozenset({Container(everything | elements(everything))})
    if path == "builtins.next":
        return elements(first)
    if path == "builtins.type" and len(arguments) == 1:
        return frozenset(thing.of for thing in first if isinstance(thing, Instance))
    if path.startswith("builtins.") and any(map(is_from_outside, arguments)):
        return OUTSIDE  # str(x), len(x): still nobody's choice but the caller's
    return NOTHING


def _reduced(follow: Follows, names: Values, start: Values) -> Values:
    """`reduce(getattr, names, start)`, the names in any order."""
    reached = start
    for _ in names:
        reached = reached.union(*(follow.fetch(thing, names) for thing in reached))
    return reached - start


def _imported(path: str, names: Values) -> Values:
    known = texts(names)
    found: set[Value] = {Library(canonical(name)) for name in known}
    if path == "builtins.__import__":
        found |= {Library(name.partition(".")[0]) for name in known}
    found |= {thing for thing in names if isinstance(thing, Library)}
    if not found and not is_from_outside(names):
        return frozenset({Opaque(path.removeprefix("builtins."))})
    return frozenset(found)


def get(follow: Follows, getter: Getter, things: Values) -> Values:
    """What an attrgetter or itemgetter finds in things."""
    found: Values = NOTHING
    for name in getter.names:
        for thing in things or OUTSIDE:
            holder = thing.of if isinstance(thing, Namespace) else thing
            reached: Values = frozenset({holder})
            for part in name.split("."):
                reached = follow.attribute(reached, part)
            found |= reached
    return found


def results(node: ast.AST) -> Iterator[ast.Return | ast.Yield | ast.YieldFrom]:
    """The return and yield expressions of a function, not those of functions inside it."""
    pending = list(ast.iter_child_nodes(node))
    while pending:
        inner = pending.pop()
        if isinstance(inner, (ast.Return, ast.Yield, ast.YieldFrom)):
            yield inner
        if not isinstance(inner, (*FUNCTIONS, ast.ClassDef)):
            pending.extend(ast.iter_child_nodes(inner))
