"""What became of one answer of the bank, and whether that is what the bank states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograder.answers.bank_files import Answer
from cnnlab.check.run import Result

Results = Sequence[Result]


@dataclass(frozen=True)
class Row:
    """One answer; `as_dict` has the fields of `autograder answers --json`."""

    answer: Answer
    visible_points: float
    points_by_seed: tuple[float, ...]
    max_points: float
    mistake: str
    as_stated: bool
    faults: tuple[Result, ...]
    """Checks of the course that failed themselves."""

    @classmethod
    def of(cls, answer: Answer, visible: Results, graded: Sequence[Results]) -> Row:
        """`graded` are the results of the hidden checks, for one seed after the other."""
        maximum = sum(result.max_points for result in graded[0])
        passed = sum(result.passed for result in visible) / len(visible)
        everything = [*visible, *(result for results in graded for result in results)]
        return cls(
            answer=answer,
            visible_points=round(passed * maximum, 2),
            points_by_seed=tuple(round(sum(r.points for r in results), 2) for results in graded),
            max_points=maximum,
            mistake=_first_mistake(visible) or _first_mistake(graded[0]),
            as_stated=all(_as_stated(answer, visible, results) for results in graded),
            faults=tuple(result for result in everything if result.verdict == "infrastructure"),
        )

    @property
    def is_lottery(self) -> bool:
        """Whether other inputs give other points."""
        return len(set(self.points_by_seed)) > 1

    @property
    def ok(self) -> bool:
        return self.as_stated and not self.is_lottery and not self.faults

    def as_dict(self) -> dict[str, Any]:
        answer = self.answer
        return {
            "unit": answer.unit,
            "todo": answer.exercise,
            "answer": answer.name,
            "kind": answer.kind,
            "misconception": "" if answer.right else answer.name,
            "visible_points": self.visible_points,
            "points": self.points_by_seed[0],
            "max_points": self.max_points,
            "diagnosis": self.mistake,
            "expected_diagnosis": answer.mistake,
            "ok": self.ok,
        }


def _as_stated(answer: Answer, visible: Results, graded: Results) -> bool:
    if answer.right:
        return all(result.passed for result in [*visible, *graded])
    seen = not all(result.passed for result in visible)
    return (
        seen == answer.seen_by_visible
        and _first_mistake(visible) in ("", answer.mistake)
        and answer.mistake in {result.mistake for result in graded if not result.passed}
        and sum(result.points for result in graded) == answer.points
    )


def _first_mistake(results: Results) -> str:
    return next((result.mistake for result in results if not result.passed), "")
