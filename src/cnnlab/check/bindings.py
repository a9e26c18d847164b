"""What the names of a notebook, or of one function in it, stand for: library paths and code.

One pass over the statements in their order. Nothing is computed: a name stands for a library path
where it is imported, or given another such name, and for the code that made it otherwise.
"""

from __future__ import annotations

import ast
import builtins
import math
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# What stands inside these may run or not, so an earlier meaning of a name may still hold.
_PERHAPS = (
    *(ast.If, ast.For, ast.AsyncFor, ast.While, ast.Match, ast.ExceptHandler),
    *(ast.Try, getattr(ast, "TryStar", ast.Try)),  # except* is newer than Python 3.10
)
_IMPORTERS = {"importlib.import_module", "__import__", "builtins.__import__"}

NOTHING: frozenset[str] = frozenset()
ALWAYS = math.inf
# An honest name has one or two meanings; beyond, further ones are not followed.
MOST_PATHS = 20
_MOST_STARS = 8


@dataclass(eq=False)
class Meaning:
    """One thing that a name may stand for: library `paths`, and the `code` that made it.

    The code is read in `scope` at `position`; `before` is what the name may still be instead.
    """

    name: str
    paths: frozenset[str]
    code: tuple[ast.AST, ...]
    statement: ast.AST
    scope: Scope
    position: float = ALWAYS
    before: Meaning | None = None


class Scope:
    """The names of one function, class or notebook, inside those of its `parent`."""

    def __init__(self, parent: Scope | None, cell: int) -> None:
        self.parent = parent
        self.cell = cell
        self.depth: int = parent.depth + 1 if parent else 0
        self.meanings: dict[str, list[Meaning]] = {}
        self.of_others: set[str] = set()  # declared global or nonlocal
        self.stars: dict[str, Meaning] = {}  # by module; the latest last

    def add(self, meaning: Meaning, sure: bool) -> None:
        known = self.meanings.setdefault(meaning.name, [])
        if known and not sure:
            meaning.before = known[-1]
            if len(meaning.before.paths) < MOST_PATHS:
                meaning.paths |= meaning.before.paths
        known.append(meaning)

    def find(self, name: str, position: float) -> Meaning | None:
        """What a name stands for at that position of the notebook."""
        scope: Scope = self
        while scope.parent is not None:
            if name in scope.meanings:
                return scope.meanings[name][-1]
            scope = scope.parent
        return scope._find_at_top(name, position)

    def _find_at_top(self, name: str, position: float) -> Meaning | None:
        known = self.meanings.get(name)
        if not known:
            return None if hasattr(builtins, name) else self._starred(name, -1, position)
        # A name that is made only later stands for what it is made then.
        index = bisect_right(known, position, key=lambda meaning: meaning.position) - 1
        found = known[max(index, 0)]
        return self._starred(name, found.position, position) or found

    def _starred(self, name: str, after: float, until: float) -> Meaning | None:
        """What `from module import *` made of a name; a name with another meaning too is proven."""
        for module, star in reversed(self.stars.items()):
            if after < star.position <= until and (after < 0 or _exports(module, name)):
                return replace(star, name=name, paths=frozenset({f"{module}.{name}"}))
        return None


def notebook_scope(cells: Iterable[ast.Module | None]) -> Scope:
    """All top-level names of a notebook; a statement's position is its number."""
    scope = Scope(None, 0)
    position = 0
    for number, cell in enumerate(cells):
        inside = Scope(scope, number)  # holds no names: it says in which cell code stands
        for statement in cell.body if cell is not None else ():
            position += 1
            _bind([statement], scope, inside, position)
    return scope


def inner_scope(node: Function | ast.ClassDef, parent: Scope, position: float) -> Scope:
    """The names of a function or class; which of several meanings holds is not asked."""
    scope = Scope(parent, parent.cell)
    for name in parameters(node) if isinstance(node, FUNCTIONS) else ():
        scope.add(Meaning(name, NOTHING, (), node, scope, position), sure=True)
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    _bind(body, scope, scope, position)
    for name in scope.of_others:
        scope.meanings.pop(name, None)
    return scope


def shadowing_scope(names: Iterable[str], parent: Scope) -> Scope:
    """`parent` with some names that stand for nothing we know: a comprehension's."""
    scope = Scope(parent, parent.cell)
    for name in names:
        scope.add(Meaning(name, NOTHING, (), ast.Pass(), scope), sure=True)
    return scope


def parameters(node: Function) -> list[str]:
    given = node.args
    rest = [one for one in (given.vararg, given.kwarg) if one]
    return [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs, *rest)]


def _bind(body: Iterable[ast.AST], into: Scope, read_in: Scope, position: float) -> None:
    """Adds what statements bind, in their order, without entering functions and classes."""
    at_top = into.parent is None
    pending = [(node, at_top) for node in reversed(list(body))]
    while pending:
        node, sure = pending.pop()
        for name, value, code in _bound_by(node):
            paths = paths_of(value, read_in, position) if isinstance(value, ast.expr) else value
            meaning = Meaning(name, paths, code, node, read_in, position)
            into.add(meaning, sure and not isinstance(node, (ast.AugAssign, *_PERHAPS)))
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            into.of_others.update(node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.names[0].name == "*":
            into.stars.pop(node.module, None)
            into.stars[node.module] = Meaning("*", NOTHING, (), node, read_in, position)
            if len(into.stars) > _MOST_STARS:
                del into.stars[next(iter(into.stars))]
        if not isinstance(node, (*FUNCTIONS, *COMPREHENSIONS, ast.ClassDef)):
            inside = sure and not isinstance(node, _PERHAPS)
            children = [*ast.iter_child_nodes(node)]
            pending.extend((child, inside) for child in reversed(children))


Bound = tuple[str, ast.expr | frozenset[str], tuple[ast.AST, ...]]


def _bound_by(node: ast.AST) -> Iterator[Bound]:
    """Names with their values: an expression each stands for, or paths, and the code behind."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name, NOTHING, (node,)
    elif isinstance(node, ast.Import):
        for alias in node.names:
            path = alias.name if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or path, frozenset({path}), ()
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            paths = NOTHING if node.level else frozenset({f"{node.module}.{alias.name}"})
            if alias.name != "*":
                yield alias.asname or alias.name, paths, ()
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _unpacked(target, node.value)
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr, ast.AugAssign)) and node.value:
        yield from _unpacked(node.target, node.value)
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        yield from ((name, NOTHING, (node.iter,)) for name in names_in(node.target))
    elif isinstance(node, ast.withitem) and node.optional_vars:
        code = (node.context_expr,)
        yield from ((name, NOTHING, code) for name in names_in(node.optional_vars))
    elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
        yield node.name, NOTHING, ()


def _unpacked(target: ast.expr, value: ast.expr) -> Iterator[Bound]:
    if isinstance(target, ast.Name):
        yield target.id, value, (value,)
    elif isinstance(target, (ast.Tuple, ast.List)):
        parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
        if len(parts) == len(target.elts) and not any(isinstance(p, ast.Starred) for p in parts):
            for one, part in zip(target.elts, parts, strict=True):
                yield from _unpacked(one, part)
        else:
            yield from ((name, NOTHING, (value,)) for name in names_in(target))


def names_in(target: ast.AST) -> list[str]:
    stored = (node for node in ast.walk(target) if isinstance(node, ast.Name))
    return [node.id for node in stored if isinstance(node.ctx, ast.Store)]


def paths_of(node: ast.expr, scope: Scope, position: float) -> frozenset[str]:
    """The library paths that an expression may stand for: `F.conv2d`, `getattr(F, "conv2d")`."""
    root, attributes = chain_of(node)
    paths = NOTHING
    if isinstance(root, ast.Name):
        meaning = scope.find(root.id, position)
        paths = meaning.paths if meaning else NOTHING
    elif isinstance(root, ast.Call) and root.args and _imports(root.func, scope, position):
        path = constant_text(root.args[0])
        paths = frozenset({path}) if path else NOTHING
    return frozenset(".".join([path, *attributes]) for path in paths)


def _imports(function: ast.expr, scope: Scope, position: float) -> bool:
    """Whether a function of this name imports the module that it is told."""
    root, _ = chain_of(function)
    if not isinstance(root, ast.Name):
        return False
    return root.id == "__import__" or bool(paths_of(function, scope, position) & _IMPORTERS)


def chain_of(node: ast.expr) -> tuple[ast.expr, list[str]]:
    """What a chain of attributes begins with, and their names. A constant getattr is a link."""
    attributes: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        elif (
            isinstance(node, ast.Call)
            and _is_called(node, "getattr")
            and len(node.args) >= 2
            and (name := constant_text(node.args[1]))
        ):
            attributes.append(name)
            node = node.args[0]
        else:
            return node, attributes[::-1]


def constant_text(node: ast.expr) -> str:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else ""  # type: ignore[attr-defined]


def _is_called(call: ast.Call, name: str) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == name


def _exports(module: str, name: str) -> bool:
    """Whether `from module import *` is known to bring in that name. Imports nothing."""
    there = vars(sys.modules[module]) if module in sys.modules else {}
    return name in there and name in there.get("__all__", [name]) and not name.startswith("_")
