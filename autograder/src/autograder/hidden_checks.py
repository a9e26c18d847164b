"""Hidden checks: the questions that decide the score. They never enter a learner's process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from autograder.course import Unit
from autograder.course_packages import import_part
from autograder.errors import CourseError
from autograder.exercise_places import hidden_there, places_of
from cnnlab.check.exercise import Check, CheckFunction, Exercise


class HiddenChecks:
    """The hidden checks of one exercise; their points add up to the points of its test cell."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.checks: list[Check] = []

    def check(self, name: str, points: float) -> Callable[[CheckFunction], CheckFunction]:
        """Decorates a check; `name` is shown to the learner, so it must not give inputs away."""

        def register(ask: CheckFunction) -> CheckFunction:
            self.checks.append(Check(name, ask, points))
            return ask

        return register


@cache
def hidden_checks(unit: Unit) -> dict[str, HiddenChecks]:
    """The hidden checks of a unit, by exercise; empty if it has none yet."""
    return {name: _hidden_checks_of(unit, name) for name in hidden_there(unit)}


def _hidden_checks_of(unit: Unit, name: str) -> HiddenChecks:
    module = import_part(unit.packages, f"{unit.packages.hidden}.u{unit.id}.{name}.hidden")
    file = places_of(unit, name).hidden
    hidden = getattr(module, "hidden", None)
    if not isinstance(hidden, HiddenChecks):
        raise CourseError(
            f"{file}:1: no hidden checks are called `hidden` here. "
            f"Write: hidden = HiddenChecks(exercise)."
        )
    if hidden.exercise.id != name:
        raise CourseError(
            f"{file}:1: these are hidden checks of {hidden.exercise.id!r} in the folder of "
            f"{name!r}. Import the exercise {name!r}, or rename the folder."
        )
    # What no answer of the course may call, none of this exercise may either.
    refuses = (*hidden.exercise.refuses, *unit.grading.refuses)
    hidden.exercise = replace(hidden.exercise, refuses=refuses)
    return hidden
