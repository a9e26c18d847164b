"""What an expression may stand for, as far as the source tells."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from cnnlab.check.refusal.scopes import Frame


@dataclass(frozen=True)
class Library:
    """Something imported or built in, by its canonical dotted name."""

    path: str


@dataclass(frozen=True)
class Constant:
    value: str | bytes | int


@dataclass(frozen=True)
class Container:
    """A list, tuple, set or dictionary: what it holds, not where."""

    items: frozenset[Value]


@dataclass(frozen=True)
class Function:
    """A function, method or lambda that the learner wrote, with the frame it was made in."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    frame: Frame
    receiver: Instance | Class | None = None


@dataclass(frozen=True)
class Class:
    node: ast.ClassDef
    frame: Frame


@dataclass(frozen=True)
class Instance:
    """An object of a class that the learner wrote."""

    of: Class


@dataclass(frozen=True)
class Namespace:
    """The dictionary of a module or class: `vars(F)`, `F.__dict__`, `globals()`."""

    of: Value


@dataclass(frozen=True)
class Lookup:
    """A function that takes a name and fetches it: `vars(F).get`, `F.__getattribute__`."""

    of: Value


@dataclass(frozen=True)
class Getter:
    """What `operator.attrgetter`, `itemgetter` and `methodcaller` return."""

    names: tuple[str, ...]
    calls: bool


@dataclass(frozen=True)
class Method:
    """A refused method of an object about which the source tells nothing."""

    name: str


@dataclass(frozen=True)
class Opaque:
    """Something out of a module that holds refused names, chosen in a way we cannot read."""

    path: str


@dataclass(frozen=True)
class Outside:
    """What the caller of the exercise passes in."""


Value: TypeAlias = (
    Library | Constant | Container | Function | Class | Instance
    | Namespace | Lookup | Getter | Method | Opaque | Outside
)  # fmt: skip
Values: TypeAlias = frozenset[Value]

NOTHING: Values = frozenset()
OUTSIDE: Values = frozenset({Outside()})


def texts(values: Values) -> list[str]:
    """The strings among the values, in a settled order."""
    return sorted(v.value for v in values if isinstance(v, Constant) and isinstance(v.value, str))


def is_from_outside(values: Values) -> bool:
    """Whether the caller alone decides the value."""
    return values == OUTSIDE


def elements(values: Values) -> Values:
    """What iterating, indexing or unpacking may yield, at any depth of nesting."""
    found: set[Value] = set()
    pending = list(values)
    while pending:
        value = pending.pop()
        if isinstance(value, Container):
            new = value.items - found
            found |= new
            pending.extend(new)
        elif isinstance(value, (Outside, Opaque)):
            found.add(value)
    return frozenset(found)
