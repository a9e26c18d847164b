"""What grading finds out about one submission."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from autograder.errors import AutograderError
from cnnlab.check.run import Result


@dataclass(frozen=True)
class Graded:
    """The results of one submission; `as_dict` has the fields of `autograder grade --json`.

    `repaired` says what had to be mended before it could be graded, `looked_at` what a person
    should look at before the score stands. `notebook` carries the outputs of the cells that ran.
    """

    student: str
    unit: str
    results: list[Result]
    seconds: float
    seed: int
    repaired: list[str] = field(default_factory=list)
    looked_at: list[str] = field(default_factory=list)
    notebook: NotebookNode | None = None
    problem: AutograderError | None = None
    sandbox: str = ""

    @property
    def score(self) -> float:
        return round(sum(result.points for result in self.results), 2)

    @property
    def max_score(self) -> float:
        return round(sum(result.max_points for result in self.results), 2)

    @property
    def is_finished(self) -> bool:
        """Whether nothing of ours failed: neither the machine nor a check of the course."""
        return not self.failures

    @property
    def failures(self) -> list[Result]:
        """The checks that nobody's answer is at fault for."""
        return [result for result in self.results if result.verdict == "infrastructure"]

    def of(self, exercise: str) -> list[Result]:
        return [result for result in self.results if result.exercise == exercise]

    def as_dict(self) -> dict[str, Any]:
        return {
            "student": self.student,
            "unit": self.unit,
            "score": self.score,
            "max_score": self.max_score,
            "seconds": round(self.seconds, 2),
            "sandbox": self.sandbox,
            "seed": self.seed,
            "repaired": self.repaired,
            "looked_at": self.looked_at,
            "checks": [
                {
                    "id": result.id,
                    "name": result.name,
                    "verdict": result.verdict,
                    "points": result.points,
                    "max_points": result.max_points,
                    "message": result.message,
                    "diagnosis": result.mistake,
                }
                for result in self.results
            ],
        }
