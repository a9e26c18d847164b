"""Putting the checks of exercises to a notebook that runs."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.hidden_checks import HiddenChecks
from autograder.judging.budget import Budget
from autograder.judging.running import End, RunningNotebook
from cnnlab.check.exercise import Check, Exercise
from cnnlab.check.run import Result, run_check, run_checks
from cnnlab.learner import LearnerCode

# We ended the kernel ourselves, for what the answer did.
_KNOWN_ENDS = ("timeout", "memory")


class Session:
    """The questions of one submission, all drawn from one seed."""

    def __init__(self, running: RunningNotebook, budget: Budget, seed: int) -> None:
        self._running = running
        self._budget = budget
        self._seed = seed

    def results(self, hidden: HiddenChecks, sources: Sequence[str]) -> list[Result]:
        """The result of each hidden check of an exercise. Shortcuts are looked for in `sources`."""
        watched = bool(hidden.exercise.refuses_operators)
        return run_checks(
            hidden.exercise,
            hidden.checks,
            LearnerCode(self._running.ask, sources, watched),
            self._seed,
            self._budget.limits.late_checks,
            self._result,
        )

    def _result(self, exercise: Exercise, check: Check, learner: LearnerCode, seed: int) -> Result:
        """The result of one check, whose questions all went to one kernel.

        Where the kernel ended meanwhile, all of them are asked again in a fresh one: what happens
        again, or can only be the answer's own doing, counts.
        """
        crashed = False
        while True:
            if not self._running.is_alive and self._budget.left > 0:
                self._running.start()
            result = run_check(exercise, check, learner, seed)
            if self._running.is_alive or self._budget.left <= 0:
                return result
            end = self._running.note_end(own_doing=crashed or result.verdict in _KNOWN_ENDS)
            if end is End.OWN_DOING:
                return result
            crashed = crashed or end is End.OUTSIDE
