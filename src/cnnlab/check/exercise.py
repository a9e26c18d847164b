"""What an exercise is: functions with references, the mistakes we know, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from cnnlab.check.draw import Draw
from cnnlab.learner import LearnerCode

# What it gives, if anything, is told to a learner who passes.
CheckFunction = Callable[[LearnerCode, Draw], str | None]
AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])

# Answers that the course itself holds; nobody learns by importing them.
COURSE_ANSWERS = ("cnnlab.*",)


@dataclass(frozen=True)
class Mistake:
    """A mistake that learners make, as code that makes it, and what to tell them."""

    id: str
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
class Exercise:
    """One exercise. `references` maps each name that the learner defines to our version of it.

    `refuses` names library calls that would answer it ("torch.conv*", ".softmax" for a method),
    `refuses_operators` what torch calls them when they run ("aten::*convolution*"). `beside` holds
    our versions of what other exercises define and the checks of this one use, too.
    """

    id: str
    references: Mapping[str, Callable[..., Any]]
    refuses: Sequence[str] = ()
    refuses_operators: Sequence[str] = ()
    beside: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    brief: object = ""  # of a design task: what it asks for, in words

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.references)

    def ours(self, **instead: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
        """What the learner would define, in our version; `instead` replaces some of it."""
        return {**self.beside, **self.references, **instead}

    def mistakes_of(self, name: str) -> list[Mistake]:
        """The mistakes known for the function `name`."""
        return [mistake for mistake in self.mistakes if mistake.of == name]

    def mistake(
        self, mistake_id: str, message: str, of: str = ""
    ) -> Callable[[AnyFunction], AnyFunction]:
        """Decorates code that computes what a learner who makes this mistake would."""

        def register(wrong: AnyFunction) -> AnyFunction:
            self.mistakes.append(Mistake(mistake_id, message, of or self.names[0], wrong))
            return wrong

        return register

    def visible(self, name: str) -> Callable[[CheckFunction], CheckFunction]:
        """Decorates a check that learners may run; `name` says what it asks."""

        def register(ask: CheckFunction) -> CheckFunction:
            self.checks.append(Check(name, ask))
            return ask

        return register
