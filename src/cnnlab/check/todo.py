"""What a TODO is: functions with references, the wrong turns we know, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cnnlab.check.draw import Draw
from cnnlab.student import Student

CheckFunction = Callable[[Student, Draw], None]

# Answers that the course itself holds; nobody learns by importing them.
COURSE_ANSWERS = ("cnnlab.*",)


@dataclass(frozen=True)
class Suspect:
    """A wrong turn that learners take, as a function that takes it, and what to tell them."""

    diagnosis: str
    message: str
    of: str
    wrong: Callable[..., Any]


@dataclass(frozen=True)
class Check:
    """One question to a learner's code: returns if the answer is right, raises `Wrong` if not."""

    name: str
    ask: CheckFunction
    points: float = 1.0


@dataclass
class Todo:
    """One exercise. `references` maps each name that the learner defines to our version of it."""

    id: str
    references: Mapping[str, Callable[..., Any]]
    refuses: Sequence[str] = ()
    suspects: list[Suspect] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.references)

    def suspects_of(self, name: str) -> list[Suspect]:
        """The wrong turns known for the function `name`."""
        return [suspect for suspect in self.suspects if suspect.of == name]

    def suspect(
        self, diagnosis: str, message: str, of: str = ""
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorates a function that computes what a learner with this misconception would."""

        def register(wrong: Callable[..., Any]) -> Callable[..., Any]:
            self.suspects.append(Suspect(diagnosis, message, of or self.names[0], wrong))
            return wrong

        return register

    def visible(self, name: str) -> Callable[[CheckFunction], CheckFunction]:
        """Decorates a check that learners may run; `name` says what it asks."""

        def register(ask: CheckFunction) -> CheckFunction:
            self.checks.append(Check(name, ask))
            return ask

        return register
