"""Which names a piece of code binds, and to what: modules, functions, classes, comprehensions."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from cnnlab.check.refusal.cells import parse_cell
from cnnlab.check.refusal.values import Values

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BLOCKS = (
    *(ast.If, ast.For, ast.AsyncFor, ast.While, ast.Match),
    *(ast.Try, getattr(ast, "TryStar", ast.Try)),  # except* is newer than Python 3.10
)
_LEAVES = (ast.Name, ast.Constant, ast.expr_context, ast.operator)
_BINDERS = (
    *(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.Call, ast.withitem, ast.Global),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.For),
    *(ast.AsyncFor, ast.ExceptHandler, ast.Match),
)
# Calls that run a text as code.
_RUNNERS = {"exec", "run_cell", "ex"}
# Methods that put their arguments into the object they are called on.
_ADDERS = {"append", "add", "extend", "insert", "update", "setdefault", "appendleft"}

ALWAYS = math.inf

Kind = Literal["value", "element", "import", "function", "class", "parameter", "content", "unknown"]


@dataclass(frozen=True)
class Binding:
    """One way in which a name gets its value.

    `node` is the expression or definition; `path` the imported name; `position` the place in the
    session (0 inside functions); `sure` whether earlier bindings are surely replaced; `within` the
    function that writes the name as a global.
    """

    name: str
    kind: Kind
    node: ast.AST
    path: str = ""
    position: int = 0
    sure: bool = False
    within: FunctionNode | None = None


@dataclass(eq=False)
class Scope:
    """The names bound by one module, function, class or comprehension."""

    node: ast.AST
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    global_names: set[str] = field(default_factory=set)
    global_bindings: list[Binding] = field(default_factory=list)
    unreadable: list[ast.Call] = field(default_factory=list)
    starred: list[Binding] = field(default_factory=list)
    patches: list[tuple[ast.expr, str, ast.expr, int]] = field(default_factory=list)

    def add(self, binding: Binding) -> None:
        self.bindings.setdefault(binding.name, []).append(binding)


@dataclass(eq=False)
class Frame:
    """A scope as entered from somewhere.

    `horizon` is the place in the session up to which top-level names are visible; `arguments` are
    None where the caller is unknown.
    """

    scope: Scope
    parent: Frame | None
    horizon: float
    arguments: dict[str, Values] | None = None


def session_scope(cells: Iterable[ast.Module | None]) -> Scope:
    """All top-level names of a session, cell after cell."""
    scope = Scope(ast.Module(body=[], type_ignores=[]))
    collector = _Collector(scope, counts=True)
    for cell in cells:
        if cell is not None:
            collector.collect(cell.body)
    for function in collector.writers:
        for binding in inner_scope(function).global_bindings:
            scope.add(replace(binding, within=function))
    return scope


def inner_scope(node: ast.AST) -> Scope:
    """The names of a function, class or comprehension."""
    scope = Scope(node)
    collector = _Collector(scope, counts=False)
    if isinstance(node, FUNCTIONS):
        for binding in _parameters(node.args):
            scope.add(binding)
        collector.collect([node.body] if isinstance(node, ast.Lambda) else node.body)
    elif isinstance(node, ast.ClassDef):
        collector.collect(node.body)
    elif isinstance(node, COMPREHENSIONS):
        for generator in node.generators:
            collector.bind_target(generator.target, generator.iter, "element")
    for name in sorted(scope.global_names):
        scope.global_bindings += scope.bindings.pop(name, [])
    return scope


def _parameters(arguments: ast.arguments) -> Iterator[Binding]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: dict[str, ast.expr | None] = {
        argument.arg: default
        for argument, default in zip(
            reversed(positional), reversed(arguments.defaults), strict=False
        )
    }
    defaults.update(
        (argument.arg, default)
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    )
    rest = [arguments.vararg, arguments.kwarg]
    for argument in [*positional, *arguments.kwonlyargs, *(one for one in rest if one)]:
        yield Binding(argument.arg, "parameter", defaults.get(argument.arg) or argument)


class _Collector:
    """Walks statements in order, without entering functions, classes or comprehensions."""

    def __init__(self, scope: Scope, counts: bool):
        self.scope = scope
        self.counts = counts
        self.position = 0
        self.sure = False
        self.writers: list[FunctionNode] = []

    def collect(self, body: Iterable[ast.AST]) -> None:
        pending: list[tuple[ast.AST, bool]] = [(node, True) for node in reversed(list(body))]
        while pending:
            node, sure = pending.pop()
            if isinstance(node, ast.stmt):
                self.position += self.counts
                self.sure = self.counts and sure
            if isinstance(node, _BINDERS):
                self._bind(node)
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
                continue
            if isinstance(node, COMPREHENSIONS):
                # A walrus inside binds out here.
                walrus = [inner for inner in ast.walk(node) if isinstance(inner, ast.NamedExpr)]
                for inner in walrus:
                    self.bind_target(inner.target, inner.value)
                continue
            inside = sure and not isinstance(node, _BLOCKS)
            children = [one for one in ast.iter_child_nodes(node) if not isinstance(one, _LEAVES)]
            pending.extend((child, inside) for child in reversed(children))

    def _bind(self, node: ast.AST) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._add(node.name, "function", node)
            if self.counts and any(isinstance(inner, ast.Global) for inner in ast.walk(node)):
                self.writers.append(node)
        elif isinstance(node, ast.ClassDef):
            self._add(node.name, "class", node)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                path = alias.name if alias.asname else alias.name.partition(".")[0]
                self._add(alias.asname or path, "import", node, path)
        elif isinstance(node, ast.ImportFrom):
            self._bind_import_from(node)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self.bind_target(target, node.value)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            self.bind_target(node.target, node.value)
        elif isinstance(node, ast.AugAssign):
            self.sure = False
            self.bind_target(node.target, node.value)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self.sure = False
            self.bind_target(node.target, node.iter, "element")
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self.bind_target(node.optional_vars, node.context_expr)
        elif isinstance(node, ast.Global):
            self.scope.global_names.update(node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            self._add(node.name, "unknown", node)
        elif isinstance(node, ast.Match):
            self._bind_patterns(node)
        elif isinstance(node, ast.Call):
            self._bind_call(node)

    def _bind_patterns(self, node: ast.Match) -> None:
        self.sure = False
        for part in (part for case in node.cases for part in ast.walk(case.pattern)):
            if isinstance(part, (ast.MatchAs, ast.MatchStar)) and part.name:
                self._add(part.name, "value", node.subject)
                self._add(part.name, "element", node.subject)

    def _bind_import_from(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if node.level or not node.module:
                if alias.name != "*":
                    self._add(alias.asname or alias.name, "unknown", node)
            elif alias.name == "*":
                star = Binding("*", "import", node, node.module, self.position, self.sure)
                self.scope.starred.append(star)
            else:
                path = f"{node.module}.{alias.name}"
                self._add(alias.asname or alias.name, "import", node, path)

    def _bind_call(self, call: ast.Call) -> None:
        """`table.append(f)`, `globals().update(name=f)`, `setattr(thing, "name", f)`."""
        function = call.func
        if self.counts and call.args and _last_name(function) in _RUNNERS:
            self._bind_text(call)
        elif isinstance(function, ast.Attribute) and function.attr in _ADDERS:
            added = [*call.args, *(keyword.value for keyword in call.keywords)]
            if isinstance(function.value, ast.Name):
                for value in added:
                    self._add(function.value.id, "content", value, sure=False)
            elif _is_own_namespace(function.value):
                for keyword in call.keywords:
                    if keyword.arg:
                        self._add(keyword.arg, "value", keyword.value)
                for key, value in _dictionary_items(call.args):
                    self._add(key, "value", value)
        elif isinstance(function, ast.Name) and function.id == "setattr" and len(call.args) == 3:
            thing, name, value = call.args
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                self.scope.patches.append((thing, name.value, value, self.position))

    def _bind_text(self, call: ast.Call) -> None:
        """The names that `exec("...")` makes at top level lead to that `exec`."""
        text = call.args[0]
        tree = None
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            tree = parse_cell(text.value)
        if tree is None:
            self.scope.unreadable.append(call)
            return
        for name in session_scope([tree]).bindings:
            self._add(name, "import", call, "builtins.exec")

    def bind_target(self, target: ast.expr, value: ast.expr, kind: Kind = "value") -> None:
        if isinstance(target, ast.Name):
            self._add(target.id, kind, value)
        elif isinstance(target, ast.Starred):
            self.bind_target(target.value, value, kind)
        elif isinstance(target, ast.Attribute):
            self.scope.patches.append((target.value, target.attr, value, self.position))
        elif isinstance(target, ast.Subscript):
            key = target.slice
            if _is_own_namespace(target.value):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    self._add(key.value, "value", value)
            elif isinstance(target.value, ast.Name):
                self._add(target.value.id, "content", value, sure=False)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target.elts, value, kind)

    def _unpack(self, targets: list[ast.expr], value: ast.expr, kind: Kind) -> None:
        one_to_one = (
            kind == "value"
            and isinstance(value, (ast.Tuple, ast.List))
            and len(value.elts) == len(targets)
            and not any(isinstance(part, ast.Starred) for part in (*targets, *value.elts))
        )
        for index, target in enumerate(targets):
            if one_to_one and isinstance(value, (ast.Tuple, ast.List)):
                self.bind_target(target, value.elts[index])
            else:
                self.bind_target(target, value, "element")

    def _add(
        self, name: str, kind: Kind, node: ast.AST, path: str = "", sure: bool | None = None
    ) -> None:
        if not self.counts and kind == "content" and name not in self.scope.bindings:
            return  # a table of an outer scope: inside a function that makes no local name
        certain = self.sure if sure is None else sure
        self.scope.add(Binding(name, kind, node, path, self.position, certain))


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_own_namespace(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"globals", "locals", "vars"}
        and not node.args
    )


def _dictionary_items(arguments: list[ast.expr]) -> Iterator[tuple[str, ast.expr]]:
    for argument in arguments:
        if isinstance(argument, ast.Dict):
            for key, value in zip(argument.keys, argument.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
