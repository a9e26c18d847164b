"""Hidden checks: the questions that decide the score. They never enter a learner's process."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec

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
def hidden_checks(unit_id: str) -> dict[str, HiddenChecks]:
    """The hidden checks of a unit, by exercise; empty if it has none yet."""
    place = f"autograder.exercises.u{unit_id}"
    if find_spec(place) is None:
        return {}
    module = import_module(place)
    old = [v for v in vars(module).values() if isinstance(v, HiddenChecks)]  # TRANSITION
    folders = module.__path__
    names = sorted(info.name for info in pkgutil.iter_modules(folders) if info.ispkg)
    found = {v.exercise.id: v for v in old}
    return {**found, **{name: import_module(f"{place}.{name}.hidden").hidden for name in names}}
