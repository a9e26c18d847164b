"""Walks the code that an exercise reaches, and notes every refused name it uses."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from cnnlab.check.refusal.evaluate import Evaluator
from cnnlab.check.refusal.members import ONLY_LOOKED_AT
from cnnlab.check.refusal.names import RefusedNames
from cnnlab.check.refusal.scopes import COMPREHENSIONS, FUNCTIONS, Binding, Frame
from cnnlab.check.refusal.values import (
    Class,
    Function,
    Getter,
    Instance,
    Library,
    Method,
    Opaque,
    Values,
)

_LONGEST_CHAIN = 12
# Looking at a name is not using it.
_LOOKERS = {
    *("builtins.isinstance", "builtins.issubclass", "builtins.help", "builtins.id"),
    "typing.cast",
}


@dataclass(frozen=True)
class Found:
    """One refused use: the name, and the node that uses it."""

    called: str
    node: ast.AST
    reached_through: tuple[str, ...]


@dataclass(frozen=True)
class _Errand:
    """A piece of code to walk."""

    nodes: tuple[ast.AST, ...]
    frame: Frame
    chain: tuple[str, ...]


class Walker:
    """Collects the refused uses behind the names of one exercise."""

    def __init__(self, evaluator: Evaluator, refused: RefusedNames):
        self._evaluator = evaluator
        self._refused = refused
        self._errands: deque[_Errand] = deque()
        self._seen: set[tuple[object, ...]] = set()
        self.found: list[Found] = []

    def walk_from(self, name: str) -> None:
        """Walk everything the top-level name `name` reaches at the end of the session."""
        try:
            self._start(name)
        except RecursionError:
            return
        self._run()

    def _start(self, name: str) -> None:
        frame = self._evaluator.frames.top()
        chain = (name,)
        bindings = self._evaluator.bindings(name, frame)
        if not bindings:
            # Nothing in sight makes the name: only code that cannot be read may have.
            self.found += [
                Found("exec", call, chain) for call in self._evaluator.session.unreadable
            ]
        for binding, where in bindings:
            values = self._evaluator.meaning(binding, where)
            if binding.kind in {"import", "function", "class"}:
                self._note(values, binding.node, chain)
            self._reach_values(values, frame, chain, None)
            self._reach_binding(binding, where, chain)

    def _run(self) -> None:
        while self._errands and not self._evaluator.tired:
            errand = self._errands.popleft()
            try:
                self._walk(errand)
            except RecursionError:
                continue

    # Reaching -------------------------------------------------------------------------------

    def _send(
        self, key: tuple[object, ...], nodes: list[ast.AST], frame: Frame, chain: tuple[str, ...]
    ) -> None:
        if key not in self._seen:
            self._seen.add(key)
            self._errands.append(_Errand(tuple(nodes), frame, chain))

    def _reach_values(
        self,
        values: Values,
        frame: Frame,
        chain: tuple[str, ...],
        call: tuple[ast.Call, Frame] | None,
    ) -> None:
        for value in values:
            if isinstance(value, Function):
                self._reach_function(value, frame.horizon, chain, call)
            elif isinstance(value, Class):
                self._reach_class(value, frame.horizon, chain)
            elif isinstance(value, Instance):
                self._reach_class(value.of, frame.horizon, chain)

    def _reach_function(
        self,
        function: Function,
        horizon: float,
        chain: tuple[str, ...],
        call: tuple[ast.Call, Frame] | None,
    ) -> None:
        node = function.node
        inside = self._evaluator.frame_of_call(function, horizon, call)
        longer = _longer(chain, getattr(node, "name", None))
        body = [node.body] if isinstance(node, ast.Lambda) else list(node.body)
        self._send((id(node), inside), [*body], inside, longer)
        defaults = [one for one in (*node.args.defaults, *node.args.kw_defaults) if one]
        decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
        self._send(
            (id(node), function.frame, "head"), [*defaults, *decorators], function.frame, longer
        )
        self._reach_patches(function, longer)

    def _reach_class(self, owner: Class, horizon: float, chain: tuple[str, ...]) -> None:
        key = (id(owner.node), owner.frame, horizon)
        if key in self._seen:
            return
        self._seen.add(key)
        node = owner.node
        longer = _longer(chain, node.name)
        head = [*node.bases, *(keyword.value for keyword in node.keywords), *node.decorator_list]
        self._send((*key, "head"), [*head], owner.frame, longer)
        body: list[ast.AST] = [s for s in node.body if not isinstance(s, FUNCTIONS)]
        self._send((*key, "body"), body, self._evaluator.frames.inside(node, owner.frame), longer)
        for method in self._evaluator.members.methods(owner):
            self._reach_function(method, horizon, longer, None)
        self._reach_patches(owner, longer)

    def _reach_patches(self, value: Function | Class, chain: tuple[str, ...]) -> None:
        for patch, frame in self._evaluator.members.patches_of(value):
            self._send((id(patch), frame), [patch], frame, chain)

    def _reach_binding(self, binding: Binding, where: Frame, chain: tuple[str, ...]) -> None:
        if binding.kind in {"value", "element", "content"}:
            self._send((id(binding.node), where), [binding.node], where, chain)

    # Walking --------------------------------------------------------------------------------

    def _walk(self, errand: _Errand) -> None:
        frame, chain = errand.frame, errand.chain
        pending: list[tuple[ast.AST, ast.Call | None]] = [
            (node, None) for node in reversed(errand.nodes)
        ]
        while pending:
            node, call = pending.pop()
            if isinstance(node, ast.Name):
                if isinstance(node.ctx, ast.Load):
                    self._use_name(node, frame, chain, call)
            elif isinstance(node, COMPREHENSIONS):
                inside = self._evaluator.frames.inside(node, frame)
                self._send((id(node), inside), list(ast.iter_child_nodes(node)), inside, chain)
            elif isinstance(node, ast.Lambda):
                if call is None:
                    values = self._evaluator.values(node, frame)
                    self._reach_values(values, frame, chain, None)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                if node.decorator_list:
                    self._reach_function(Function(node, frame), frame.horizon, chain, None)
            elif isinstance(node, ast.ClassDef):
                continue
            elif isinstance(node, ast.expr) and self._use(node, frame, chain, call):
                if isinstance(node, ast.Call):
                    pending.extend((part, None) for part in reversed(_arguments(node)))
            else:
                pending.extend(reversed(list(self._parts(node, frame))))

    def _parts(self, node: ast.AST, frame: Frame) -> Iterator[tuple[ast.AST, ast.Call | None]]:
        """The children that are used, each with the call it is the function of."""
        if isinstance(node, ast.Call):
            yield node.func, node
            looks = any(
                isinstance(value, Library) and value.path in _LOOKERS
                for value in self._evaluator.values(node.func, frame)
            )
            for part in _arguments(node):
                if not looks or isinstance(part, ast.Call):
                    yield part, None
        elif isinstance(node, ast.Compare):
            for part in _compared(node):
                if not isinstance(part, (ast.Name, ast.Attribute)):
                    yield part, None
        elif isinstance(node, ast.MatchClass):
            for pattern in (*node.patterns, *node.kwd_patterns):
                yield pattern, None
        elif isinstance(node, ast.MatchValue):
            return
        elif isinstance(node, ast.Expr):
            if not isinstance(node.value, (ast.Name, ast.Attribute)):
                yield node.value, None
        elif isinstance(node, ast.Attribute):
            namespace = isinstance(node.value, ast.Name) and self._is_namespace(node, frame)
            if node.attr not in ONLY_LOOKED_AT and not namespace:
                yield node.value, None
        elif isinstance(node, ast.AnnAssign):
            yield node.target, None
            if node.value is not None:
                yield node.value, None
        else:
            for child in ast.iter_child_nodes(node):
                yield child, None

    def _is_namespace(self, node: ast.Attribute, frame: Frame) -> bool:
        """Whether a class serves only to hold the one function that is used here."""
        holders = self._evaluator.values(node.value, frame)
        return bool(self._evaluator.values(node, frame)) and all(
            isinstance(holder, Class) for holder in holders
        )

    # Using ----------------------------------------------------------------------------------

    def _use_name(
        self, node: ast.Name, frame: Frame, chain: tuple[str, ...], call: ast.Call | None
    ) -> None:
        if self._use(node, frame, chain, call):
            return
        for binding, where in self._evaluator.bindings(node.id, frame):
            # A local name's value stands in the code that is being walked anyway.
            if where.scope is not frame.scope or where.parent is None:
                self._reach_binding(binding, where, _longer(chain, node.id))

    def _use(
        self, node: ast.expr, frame: Frame, chain: tuple[str, ...], call: ast.Call | None
    ) -> bool:
        """Note a refused use of this expression and follow the learner's own code behind it."""
        if not isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)):
            return False
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return False
        evaluator = self._evaluator
        values = evaluator.values(node, frame)
        if isinstance(node, ast.Call):
            functions = evaluator.values(node.func, frame)
            self._reach_values(functions, frame, chain, (node, frame))
            if any(isinstance(function, (Function, Class)) for function in functions):
                return False  # what it returns is noted where it is written
            if call is None and not any(isinstance(f, Getter) for f in functions):
                values = _certain(values)
            return self._note(values, node if call is None else call, chain)
        if call is None:
            self._reach_values(values, frame, chain, None)
            values = _certain(values)
        return self._note(values, call or node, chain)

    def _note(self, values: Values, node: ast.AST, chain: tuple[str, ...]) -> bool:
        noted = False
        for value in values:
            called = self._called(value, node)
            if called is not None:
                noted = True
                self.found.append(Found(called, node, chain))
        return noted

    def _called(self, value: object, node: ast.AST) -> str | None:
        if isinstance(value, Library):
            return self._refused.match(value.path)
        if isinstance(value, Method) and isinstance(node, ast.Call):
            return f".{value.name}"
        if isinstance(value, Opaque) and isinstance(node, ast.Call):
            return f"{value.path}.?"
        return None


def _certain(values: Values) -> Values:
    """Without what is an offence only when it is called."""
    return frozenset(value for value in values if not isinstance(value, (Method, Opaque)))


def _compared(node: ast.Compare) -> Iterator[ast.AST]:
    for part in (node.left, *node.comparators):
        if isinstance(part, (ast.Tuple, ast.List, ast.Set)):
            yield from part.elts
        else:
            yield part


def _arguments(call: ast.Call) -> list[ast.AST]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _longer(chain: tuple[str, ...], name: str | None) -> tuple[str, ...]:
    """The chain with one more name, told once; a very long chain stops growing."""
    full = len(chain) >= _LONGEST_CHAIN
    return chain if name is None or name in chain or full else (*chain, name)
