"""What expressions of a submission may stand for, found by following names, never by running them.

The answers are sets of possibilities: branches are not decided and loops not counted. Top-level
names are followed in the order of the session, so that a later definition replaces an earlier one.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable

from cnnlab.check.refusal import folding, library
from cnnlab.check.refusal.frames import Frames, arguments_of, positional
from cnnlab.check.refusal.members import Members
from cnnlab.check.refusal.names import RefusedNames, canonical
from cnnlab.check.refusal.scopes import (
    COMPREHENSIONS,
    FUNCTIONS,
    Binding,
    Frame,
    Scope,
)
from cnnlab.check.refusal.values import (
    NOTHING,
    OUTSIDE,
    Class,
    Constant,
    Container,
    Function,
    Getter,
    Instance,
    Library,
    Lookup,
    Namespace,
    Opaque,
    Outside,
    Value,
    Values,
    elements,
    is_from_outside,
    texts,
)

# Bounds that keep any source, however made, from costing more than a moment.
_MOST_STEPS = 100_000
_DEEPEST = 60
_MOST_VALUES = 64

_BUILTINS = frozenset(dir(builtins)) | {"__builtins__"}
# torch names a function after its dimensions: such a name surely comes with a star import.
_NAMED_AFTER_DIMENSIONS = re.compile(r"\w+[123]d")


class Evaluator:
    """Answers `values(expression, frame)` for one session."""

    def __init__(self, session: Scope, refused: RefusedNames):
        self.session = session
        self.refused = refused
        self._steps = 0
        self._depth = 0
        self._known: dict[tuple[int, Frame], Values] = {}
        self._returns: dict[int, list[ast.Return | ast.Yield | ast.YieldFrom]] = {}
        self.frames = Frames(session)
        self.members = Members(self, session, refused)

    @property
    def tired(self) -> bool:
        """Whether the bound on work is reached; what follows stays unknown."""
        return self._steps > _MOST_STEPS

    # Frames ---------------------------------------------------------------------------------

    def frame_of_call(
        self, function: Function, horizon: float, call: tuple[ast.Call, Frame] | None
    ) -> Frame:
        """The frame of a function's body: with a call's arguments, or called from elsewhere."""
        arguments: dict[str, Values] | None = None
        if call is not None:
            node, caller = call
            arguments = arguments_of(function, node, lambda part: self.values(part, caller))
        elif function.receiver is not None:
            first = positional(function)[:1]
            arguments = dict.fromkeys(self.frames.scope(function.node).bindings, OUTSIDE)
            arguments.update({name: frozenset({function.receiver}) for name in first})
        return self.frames.make(
            self.frames.scope(function.node), function.frame, horizon, arguments
        )

    # Names ----------------------------------------------------------------------------------

    def bindings(self, name: str, frame: Frame) -> list[tuple[Binding, Frame]]:
        """What `name` may mean in `frame`, each with the frame to evaluate it in."""
        current: Frame | None = frame
        while current is not None and current.scope is not self.session:
            scope = current.scope
            if name in scope.global_names:
                break
            hidden = isinstance(scope.node, ast.ClassDef) and current is not frame
            if not hidden and name in scope.bindings:
                return [(binding, current) for binding in scope.bindings[name]]
            for star in scope.starred:
                path = self.refused.exports(star.path, name)
                if path:
                    return [(Binding(name, "import", star.node, path), current)]
            current = current.parent
        horizon = frame.horizon
        found = [(binding, self._home(binding)) for binding in self._top_bindings(name, horizon)]
        for value, where in self.members.patched(Library("__main__"), name):
            found.append((Binding(name, "value", value), where))
        return self._starred(name, horizon, found) or found

    def _home(self, binding: Binding) -> Frame:
        """The frame in which a top-level name gets its value."""
        if binding.within is None:
            return self.frames.top(binding.position)
        return self.frames.inside(binding.within, self.frames.top())

    def _top_bindings(self, name: str, horizon: float) -> list[Binding]:
        visible = []
        for binding in reversed(self.session.bindings.get(name, [])):
            if binding.position < horizon:
                visible.append(binding)
                if binding.sure:
                    break
        return visible

    def _starred(
        self, name: str, horizon: float, own: list[tuple[Binding, Frame]]
    ) -> list[tuple[Binding, Frame]]:
        """The refused name that a star import put in the place of the learner's own."""
        latest = max((binding.position for binding, _ in own), default=-1)
        for star in reversed(self.session.starred):
            path = self.refused.exports(star.path, name)
            if path is None or not latest < star.position < horizon:
                continue
            if own and not _NAMED_AFTER_DIMENSIONS.fullmatch(name):
                continue
            binding = Binding(name, "import", star.node, path, star.position)
            return [(binding, self.frames.top(star.position))]
        return []

    def meaning(self, binding: Binding, frame: Frame) -> Values:
        """The values one binding gives its name."""
        node = binding.node
        if binding.kind == "import":
            return frozenset({Library(canonical(binding.path))})
        if binding.kind == "function" and isinstance(node, FUNCTIONS):
            return self._decorated(node, frame)
        if binding.kind == "class" and isinstance(node, ast.ClassDef):
            return frozenset({Class(node, frame)})
        if binding.kind == "parameter":
            return self._parameter(binding, frame)
        if binding.kind == "content" and isinstance(node, ast.expr):
            return frozenset({Container(self.values(node, frame))})
        if binding.kind == "element" and isinstance(node, ast.expr):
            return elements(self.values(node, frame))
        if binding.kind == "value" and isinstance(node, ast.expr):
            return self.values(node, frame)
        return NOTHING

    def _decorated(self, node: ast.AST, frame: Frame) -> Values:
        assert isinstance(node, FUNCTIONS)
        result: Values = frozenset({Function(node, frame)})
        if isinstance(node, ast.Lambda):
            return result
        for decorator in node.decorator_list:
            for wrapper in self.values(decorator, frame):
                if isinstance(wrapper, (Function, Library)) and wrapper not in result:
                    result |= self._returned(wrapper, frame, None)
                    if isinstance(wrapper, Library) and self.refused.match(wrapper.path):
                        result |= {wrapper}
        return result

    def _parameter(self, binding: Binding, frame: Frame) -> Values:
        if frame.arguments is not None and binding.name in frame.arguments:
            return frame.arguments[binding.name]
        default: Values = NOTHING
        if isinstance(binding.node, ast.expr) and frame.parent is not None:
            default = self.values(binding.node, frame.parent)
        return default if frame.arguments is not None else default | OUTSIDE

    # Expressions ----------------------------------------------------------------------------

    def values(self, node: ast.expr, frame: Frame) -> Values:
        """What the expression may stand for; empty where the source does not tell."""
        key = (id(node), frame)
        if key in self._known:
            return self._known[key]
        self._steps += 1
        if self.tired or self._depth > _DEEPEST:
            return NOTHING
        self._known[key] = NOTHING  # the answer for whoever asks again while we look
        self._depth += 1
        try:
            found = self._values(node, frame)
        except RecursionError:
            found = NOTHING
        finally:
            self._depth -= 1
        if len(found) > _MOST_VALUES:
            refused = [v for v in found if isinstance(v, Library) and self.refused.match(v.path)]
            found = frozenset([*refused, *list(found)[:_MOST_VALUES]])
        self._known[key] = found
        return found

    def _values(self, node: ast.expr, frame: Frame) -> Values:
        if isinstance(node, ast.Constant):
            keep = isinstance(node.value, (str, bytes, int))
            return frozenset({Constant(node.value)}) if keep else NOTHING  # type: ignore[arg-type]
        if isinstance(node, ast.Name):
            return self.name(node.id, frame)
        if isinstance(node, ast.Attribute):
            return self.members.attribute(self.values(node.value, frame), node.attr)
        if isinstance(node, ast.Call):
            return self._call(node, frame)
        if isinstance(node, ast.Subscript):
            return self._subscript(node, frame)
        if isinstance(node, FUNCTIONS):
            return frozenset({Function(node, frame)})
        if isinstance(node, COMPREHENSIONS):
            inside = self.frames.inside(node, frame)
            parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
            return frozenset({Container(self._union(parts, inside))})
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return frozenset({Container(self._union(node.elts, frame))})
        if isinstance(node, ast.Dict):
            parts = [part for part in (*node.keys, *node.values) if part is not None]
            return frozenset({Container(self._union(parts, frame))})
        if isinstance(node, ast.IfExp):
            return self._union([node.body, node.orelse], frame)
        if isinstance(node, ast.BoolOp):
            return self._union(node.values, frame)
        if isinstance(node, (ast.NamedExpr, ast.Starred, ast.Await)):
            return self.values(node.value, frame)
        if isinstance(node, (ast.JoinedStr, ast.BinOp)):
            return folding.operation(node, lambda part: self.values(part, frame))
        return NOTHING

    def _union(self, parts: Iterable[ast.expr], frame: Frame) -> Values:
        return NOTHING.union(*(self.values(part, frame) for part in parts))

    def name(self, name: str, frame: Frame) -> Values:
        found = self.bindings(name, frame)
        if found:
            return NOTHING.union(*(self.meaning(binding, where) for binding, where in found))
        if name == "__builtins__":
            return frozenset({Library("builtins")})
        if name == "get_ipython":
            return frozenset({Library("IPython.get_ipython")})
        return frozenset({Library(f"builtins.{name}")}) if name in _BUILTINS else NOTHING

    def _subscript(self, node: ast.Subscript, frame: Frame) -> Values:
        holders = self.values(node.value, frame)
        if isinstance(node.slice, ast.Slice):
            return holders & OUTSIDE or folding.operation(
                node, lambda part: self.values(part, frame)
            )
        keys = self.values(node.slice, frame)
        found: set[Value] = set()
        for holder in holders:
            if isinstance(holder, Namespace):
                found |= self.members.fetch(holder.of, keys)
            elif isinstance(holder, Library) and holder.path == "sys.modules":
                found |= {Library(canonical(key)) for key in texts(keys)}
            elif isinstance(holder, Library) and holder.path == "builtins":
                found |= self.members.fetch(holder, keys)
            else:
                found |= elements(frozenset({holder}))
        return frozenset(found)

    # Calls ----------------------------------------------------------------------------------

    def _call(self, node: ast.Call, frame: Frame) -> Values:
        found: set[Value] = set()
        functions = self.values(node.func, frame)
        for function in functions:
            found |= self._returned(function, frame, node)
        if not functions or is_from_outside(functions) or not found:
            found |= folding.method_call(node, lambda part: self.values(part, frame))
        return frozenset(found)

    def _returned(self, function: Value, frame: Frame, node: ast.Call | None) -> Values:
        if isinstance(function, Function):
            call = None if node is None else (node, frame)
            inside = self.frame_of_call(function, frame.horizon, call)
            return self._results(function, inside)
        if isinstance(function, Class):
            if node is not None:
                self.members.note_made(function, (node, frame))
            return frozenset({Instance(function)})
        if isinstance(function, (Outside, Container, Namespace, Opaque)):
            return frozenset({function}) if not isinstance(function, Opaque) else NOTHING
        if isinstance(function, Instance):
            found = self.members.member(function, "__call__") | self.members.member(
                function, "forward"
            )
            own = [one for one in found if isinstance(one, Function)]
            return NOTHING.union(*(self._returned(one, frame, node) for one in own))
        if node is None:
            return NOTHING
        arguments = [self.values(argument, frame) for argument in node.args]
        keywords = {k.arg: self.values(k.value, frame) for k in node.keywords}
        if isinstance(function, Library):
            return library.call(self.members, function.path, arguments, keywords)
        if isinstance(function, Lookup) and arguments:
            return self.members.fetch(function.of, arguments[0])
        if isinstance(function, Getter) and arguments:
            return library.get(self.members, function, arguments[0])
        return NOTHING

    def _results(self, function: Function, inside: Frame) -> Values:
        node = function.node
        if isinstance(node, ast.Lambda):
            return self.values(node.body, inside)
        found: Values = NOTHING
        if id(node) not in self._returns:
            self._returns[id(node)] = list(library.results(node))
        for result in self._returns[id(node)]:
            values = self.values(result.value, inside) if result.value else NOTHING
            found |= values if isinstance(result, ast.Return) else {Container(values)}
        return found
