"""Hidden checks: the questions that decide the score. They never enter a learner's process."""

from __future__ import annotations

from collections.abc import Callable

from cnnlab.check.todo import Check, CheckFunction, Todo


class HiddenChecks:
    """The hidden checks of one TODO; their points add up to the points of its test cell."""

    def __init__(self, todo: Todo) -> None:
        self.todo = todo
        self.checks: list[Check] = []

    def check(self, name: str, points: float) -> Callable[[CheckFunction], CheckFunction]:
        """Decorates a check; `name` is shown to the learner, so it must not give inputs away."""

        def register(ask: CheckFunction) -> CheckFunction:
            self.checks.append(Check(name, ask, points))
            return ask

        return register
