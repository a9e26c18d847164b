"""Attributes: of modules, of the learner's classes and objects, and of dictionaries of names."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Protocol

from cnnlab.check.refusal.frames import Frames, positional
from cnnlab.check.refusal.names import RefusedNames, canonical
from cnnlab.check.refusal.scopes import FUNCTIONS, Binding, Frame, Scope
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
    Method,
    Namespace,
    Opaque,
    Outside,
    Value,
    Values,
    elements,
    is_from_outside,
    texts,
)

# Attributes that tell about a thing without handing it out.
ONLY_LOOKED_AT = {"__doc__", "__name__", "__module__", "__qualname__", "__version__"}

_CONTAINER_METHODS = {*dir(dict), *dir(list), *dir(set)}
_MOST_MADE = 8
_LOOKUPS = {"get", "pop", "setdefault", "__getitem__", "__getattribute__", "__getattr__"}


class Evaluates(Protocol):
    """The part of the evaluator needed here."""

    frames: Frames

    def values(self, node: ast.expr, frame: Frame) -> Values: ...

    def name(self, name: str, frame: Frame) -> Values: ...

    def meaning(self, binding: Binding, frame: Frame) -> Values: ...

    def frame_of_call(
        self, function: Function, horizon: float, call: tuple[ast.Call, Frame] | None
    ) -> Frame: ...


class Members:
    """Answers `thing.name` for one session."""

    def __init__(self, evaluator: Evaluates, session: Scope, refused: RefusedNames):
        self._evaluator = evaluator
        self._session = session
        self._refused = refused
        self._methods: dict[Class, list[Function]] = {}
        self._made: dict[Class, list[tuple[ast.Call, Frame]]] = {}
        self._patches: dict[tuple[object, str], list[tuple[ast.expr, Frame]]] | None = None

    def attribute(self, things: Values, name: str) -> Values:
        """What `thing.name` may stand for."""
        if name in {"__globals__", "f_globals", "f_locals"}:
            return frozenset({Namespace(Library(self._home(things)))})
        found: set[Value] = set()
        for thing in things or OUTSIDE:
            found |= self._attribute(thing, name)
            for value, frame in self.patched(thing, name):
                found |= self._evaluator.values(value, frame)
        return frozenset(found)

    @staticmethod
    def _home(things: Values) -> str:
        """The module whose globals a function sees: the learner's own, or the library's."""
        for thing in things:
            if isinstance(thing, Library):
                return thing.path.rpartition(".")[0] or thing.path
        return "__main__"

    def _attribute(self, thing: Value, name: str) -> Values:
        if isinstance(thing, Library):
            if thing.path == "__main__":
                return self._evaluator.name(name, self._evaluator.frames.top())
            if name == "__dict__":
                return frozenset({Namespace(thing)})
            if name in {"__getattribute__", "__getattr__"}:
                return frozenset({Lookup(thing)})
            if name == "__name__":
                return frozenset({Constant(thing.path)})
            if name in ONLY_LOOKED_AT:
                return NOTHING
            return frozenset({Library(canonical(f"{thing.path}.{name}"))})
        if isinstance(thing, (Class, Instance)):
            return self.member(thing, name)
        if isinstance(thing, (Namespace, Container)):
            of = thing.of if isinstance(thing, Namespace) else thing
            if name in _LOOKUPS:
                return frozenset({Lookup(of)})
            return self._contents(thing, name)
        if isinstance(thing, Opaque):
            return frozenset({Opaque(thing.path)}) if self._refused.is_last_part(name) else NOTHING
        if isinstance(thing, (Constant, Function, Lookup, Getter)):
            return NOTHING
        method: Values = frozenset({Method(name)}) if self._refused.is_method(name) else NOTHING
        return method | (OUTSIDE if isinstance(thing, Outside) else NOTHING)

    def _contents(self, thing: Namespace | Container, name: str) -> Values:
        """`.values()`, `.items()`, `.copy()` and the fields of a plain record."""
        if isinstance(thing, Container):
            field = NOTHING if name in _CONTAINER_METHODS else thing.items
            return field | {thing}
        module = thing.of
        if name in {"items", "values"} and isinstance(module, Library):
            hides = self._refused.may_hide_in(module.path)
            return frozenset({Container(frozenset({Opaque(module.path)}))}) if hides else NOTHING
        return frozenset({thing})

    def member(self, thing: Class | Instance, name: str) -> Values:
        owner = thing.of if isinstance(thing, Instance) else thing
        if name == "__dict__":
            return frozenset({Namespace(thing)})
        found: set[Value] = set()
        inside = self._evaluator.frames.inside(owner.node, owner.frame)
        known = False
        for binding in inside.scope.bindings.get(name, []):
            known = True
            for value in self._evaluator.meaning(binding, inside):
                found.add(self._bound(value, thing))
        for target_frame, assigned in self._assigned(owner, name):
            known = True
            found |= self._evaluator.values(assigned, target_frame)
        if known:
            return frozenset(found)
        for base in owner.node.bases:
            for value in self._evaluator.values(base, owner.frame):
                if isinstance(value, Class) and value.node is not owner.node:
                    member = self.member(value, name)
                    found |= {self._bound(one, thing) for one in member}
                elif isinstance(value, Library):
                    found.add(Library(canonical(f"{value.path}.{name}")))
        return frozenset(found)

    @staticmethod
    def _bound(value: Value, thing: Class | Instance) -> Value:
        if not isinstance(value, Function) or isinstance(value.node, ast.Lambda):
            return value
        marks = {d.id for d in value.node.decorator_list if isinstance(d, ast.Name)}
        if "staticmethod" in marks or (isinstance(thing, Class) and "classmethod" not in marks):
            return value
        return Function(value.node, value.frame, thing)

    def methods(self, owner: Class) -> list[Function]:
        """Every method of a class, as called on an object of it by somebody else."""
        if owner not in self._methods:
            self._methods[owner] = list(self._own_methods(owner))
        return self._methods[owner]

    def _own_methods(self, owner: Class) -> Iterator[Function]:
        inside = self._evaluator.frames.inside(owner.node, owner.frame)
        for bindings in inside.scope.bindings.values():
            for binding in bindings:
                if binding.kind == "function" and isinstance(binding.node, FUNCTIONS):
                    bound = self._bound(Function(binding.node, inside), Instance(owner))
                    assert isinstance(bound, Function)
                    yield bound

    def _assigned(self, owner: Class, name: str) -> Iterable[tuple[Frame, ast.expr]]:
        """Every `self.name = value` in the methods of a class."""
        for method in self.methods(owner):
            for target, attribute, value, _ in self._evaluator.frames.scope(method.node).patches:
                first = positional(method)[:1]
                if attribute == name and isinstance(target, ast.Name) and [target.id] == first:
                    calls: list[tuple[ast.Call, Frame] | None] = [None]
                    if _is_init(method) and owner in self._made:
                        calls = [*self._made[owner]]
                    for call in calls:
                        horizon = owner.frame.horizon
                        yield self._evaluator.frame_of_call(method, horizon, call), value

    def note_made(self, owner: Class, call: tuple[ast.Call, Frame]) -> None:
        """Remember with what arguments an object of the learner's class is made."""
        made = self._made.setdefault(owner, [])
        if call not in made and len(made) < _MOST_MADE:
            made.append(call)

    def patched(self, thing: Value, name: str) -> list[tuple[ast.expr, Frame]]:
        """Values that top-level code put into an attribute from outside."""
        return self._all_patches().get((_identity(thing), name), [])

    def patches_of(self, thing: Value) -> list[tuple[ast.expr, Frame]]:
        """All values that top-level code put into attributes of a function or class."""
        identity = _identity(thing)
        return [
            found
            for (owner, _), values in self._all_patches().items()
            if owner == identity
            for found in values
        ]

    def _all_patches(self) -> dict[tuple[object, str], list[tuple[ast.expr, Frame]]]:
        if self._patches is None:
            self._patches = {}
            for target, name, value, position in self._session.patches:
                frame = self._evaluator.frames.top(position)
                for thing in self._evaluator.values(target, frame):
                    entry = self._patches.setdefault((_identity(thing), name), [])
                    entry.append((value, frame))
        return self._patches

    def fetch(self, thing: Value, names: Values) -> Values:
        """`getattr(thing, name)` and its kin."""
        if isinstance(thing, Container):
            return elements(frozenset({thing}))
        known = texts(names)
        if known:
            found: Values = NOTHING
            for name in known:
                reached: Values = frozenset({thing})
                for part in name.split("."):
                    reached = self.attribute(reached, part)
                found |= reached
            return found
        if is_from_outside(names) or not isinstance(thing, Library):
            return NOTHING
        hides = thing.path == "__main__" or self._refused.may_hide_in(thing.path)
        return frozenset({Opaque(thing.path)}) if hides else NOTHING


def _is_init(method: Function) -> bool:
    return getattr(method.node, "name", "") == "__init__"


def _identity(thing: Value) -> object:
    """What stays the same however a function, class or module is reached."""
    return id(thing.node) if isinstance(thing, (Function, Class)) else thing
