"""What became of one answer of the bank, and whether that is what the bank states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    message: str
    """What a learner with this answer reads first; empty if nothing is wrong."""
    unlike: tuple[str, ...]
    """What is not as the bank states, in words."""
    faults: tuple[Result, ...]
    """Checks of the course that failed themselves."""

    @classmethod
    def of(cls, answer: Answer, visible: Results, graded: Sequence[Results]) -> Row:
        """`graded` are the results of the hidden checks, for one seed after the other."""
        maximum = sum(result.max_points for result in graded[0])
        passed = sum(result.passed for result in visible) / len(visible)
        everything = [*visible, *(result for results in graded for result in results)]
        failed = [result for result in everything if not result.passed]
        unlike = [words for results in graded for words in _unlike(answer, visible, results)]
        return cls(
            answer=answer,
            visible_points=round(passed * maximum, 2),
            points_by_seed=tuple(round(sum(r.points for r in results), 2) for results in graded),
            max_points=maximum,
            mistake=_first_mistake(visible) or _first_mistake(graded[0]),
            message=f"{failed[0].message} {failed[0].detail}".strip() if failed else "",
            unlike=tuple(dict.fromkeys(unlike)),
            faults=tuple(result for result in everything if result.verdict == "infrastructure"),
        )

    @property
    def is_lottery(self) -> bool:
        """Whether other inputs give other points."""
        return len(set(self.points_by_seed)) > 1

    @property
    def ok(self) -> bool:
        return not self.unlike and not self.is_lottery and not self.faults

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


def _unlike(answer: Answer, visible: Results, graded: Results) -> Iterator[str]:
    """What of this answer's results the bank does not state."""
    if answer.right:
        if not all(result.passed for result in visible):
            yield "visible checks refuse it"
        if not all(result.passed for result in graded):
            yield "hidden checks refuse it"
        return
    seen = not all(result.passed for result in visible)
    if seen and not answer.seen_by_visible:
        yield 'visible checks catch it, and the bank says visible="missed"'
    if not seen and answer.seen_by_visible:
        yield 'visible checks miss it, and the bank does not say visible="missed"'
    if (told := _first_mistake(visible)) not in ("", answer.mistake):
        yield f"visible checks call it {told}, the bank {answer.mistake}"
    names = sorted({result.mistake for result in graded if not result.passed})
    if answer.mistake not in names:
        called = f"call it {', '.join(names)}" if names else "miss it"
        yield f"hidden checks {called}, the bank calls it {answer.mistake}"
    kept = sum(result.points for result in graded)
    if kept != answer.points:
        yield f"it keeps {kept:g} points, by the bank {answer.points:g}"


def _first_mistake(results: Results) -> str:
    return next((result.mistake for result in results if not result.passed), "")
