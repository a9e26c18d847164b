"""A design task as checks: is it within the limits, and what does it reach?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from cnnlab.check.compare import Wrong
from cnnlab.check.design.brief import Brief, percent
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import CheckFunction, Exercise
from cnnlab.learner import LearnerCode

Material = TypeVar("Material", contravariant=True)
AnyMaterial = TypeVar("AnyMaterial")

_SCORE = "score"


class Trial(Protocol[Material]):
    """How a design is looked at, and how its score is found."""

    def inspect(self, learner: LearnerCode, draw: Draw) -> str:
        """Raises `Wrong` where a limit is broken, else says in words what was found."""

    def score(self, learner: LearnerCode, draw: Draw, material: Material) -> float:
        """What the design reaches; the same for the same draw and material."""


@dataclass(frozen=True)
class DesignTask(Generic[AnyMaterial]):
    """What `brief` asks for, found out by `trial`; in the notebook on the `practice` material."""

    brief: Brief
    trial: Trial[AnyMaterial]
    practice: Callable[[Draw], AnyMaterial]

    def add_visible(self, exercise: Exercise) -> None:
        """The two checks that learners run: the limits, and where they stand."""
        exercise.brief = self.brief
        exercise.visible("keeps to the limits")(self.trial.inspect)

        @exercise.visible("does as well as the baseline")
        def _(learner: LearnerCode, draw: Draw) -> str:
            self.trial.inspect(learner, draw)
            score = self.trial.score(learner, draw, self.practice(draw))
            standing = self.brief.standing(score)
            if score < self.brief.baseline_score:
                ours = f"{self.brief.baseline} reaches {self.brief.baseline_score:.0%}."
                raise Wrong("below_this_step", f"{standing} {ours}")
            return standing

    def _found_once(
        self, learner: LearnerCode, draw: Draw, exam: Callable[[Draw], AnyMaterial]
    ) -> float:
        """The score, or the `Wrong` that stands in its place, for all steps of one run."""
        if _SCORE not in learner.found:
            try:
                self.trial.inspect(learner, draw)
                learner.found[_SCORE] = self.trial.score(learner, draw, exam(draw))
            except Wrong as wrong:
                learner.found[_SCORE] = wrong
        found: float | Wrong = learner.found[_SCORE]
        if isinstance(found, Wrong):
            raise found
        return found

    def graded(self, exam: Callable[[Draw], AnyMaterial]) -> list[tuple[str, CheckFunction, float]]:
        """Name, question and points of each hidden check; the score is found once, on the exam."""

        def reaches(step: float) -> CheckFunction:
            def check(learner: LearnerCode, draw: Draw) -> str:
                score = self._found_once(learner, draw, exam)
                if score < step:
                    raise Wrong("below_this_step", f"Your design reaches {score:.1%}.")
                return f"Your design reaches {score:.1%}."

            return check

        limits = ("keeps to the limits", self.trial.inspect, self.brief.points_for_limits)
        return [
            limits,
            *(
                (f"reaches {percent(step)}", reaches(step), points)
                for step, points in sorted(self.brief.steps.items())
            ),
        ]
