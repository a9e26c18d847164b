"""Reading the bank: `bank/<unit>/<todo>.py` holds one cell for each answer.

    # %% right="a loop over rows and columns"
    # %% wrong="flips the kernel" diagnosis="kernel_flipped" points=0

A wrong answer is named after its misconception. It states the diagnosis that it must receive, the
points that it keeps in grading, and `visible="missed"` if the visible checks are meant to miss it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder import exercises
from autograder.build.lesson import LessonCell, read_lesson
from autograder.course import Unit
from autograder.errors import LessonError

BANK = Path(__file__).parent / "bank"  # TRANSITION
HIDDEN = Path(exercises.__file__).parent
MIN_RIGHT, MIN_WRONG = 2, 4


@dataclass(frozen=True)
class Answer:
    """One answer to one TODO. `points` is None for a right answer: it keeps them all."""

    unit: str
    todo: str
    name: str
    right: bool
    source: str
    diagnosis: str = ""
    points: float | None = None
    seen_by_visible: bool = True

    @property
    def kind(self) -> str:
        return "right" if self.right else "wrong"


def read_bank(unit: Unit) -> list[Answer]:
    """Every answer to the TODOs of `unit`, in the order of the files' names."""
    answers = []
    for path in sorted((BANK / unit.id).glob("*.py")):  # TRANSITION
        answers += [_answer(unit, path, path.stem, cell) for cell in read_lesson(path)]
    for path in sorted((HIDDEN / f"u{unit.id}").glob("*/answers.py")):
        answers += [_answer(unit, path, path.parent.name, cell) for cell in read_lesson(path)]
    return answers


def _answer(unit: Unit, path: Path, exercise: str, cell: LessonCell) -> Answer:
    attributes = cell.attributes
    if "right" in attributes:
        return Answer(unit.id, exercise, attributes["right"], True, cell.source)
    if not {"wrong", "diagnosis", "points"} <= attributes.keys():
        raise LessonError(
            f'{path}:{cell.line}: an answer needs right="…", or wrong="…" with diagnosis="…" and '
            "points=N."
        )
    return Answer(
        unit=unit.id,
        todo=exercise,
        name=attributes["wrong"],
        right=False,
        source=cell.source,
        diagnosis=attributes["diagnosis"],
        points=float(attributes["points"]),
        seen_by_visible=attributes.get("visible", "caught") != "missed",
    )
