"""Reading the bank: `exercises/<unit>/<exercise>/answers.py` holds one cell for each answer.

    # %% right="a loop over rows and columns"
    # %% right="one matrix product" shown="All windows lie side by side in one matrix."
    # %% wrong="flips the kernel" diagnosis="kernel_flipped" points=0

At most two right answers are `shown` to learners whose own answer passes; the text says what they
do differently.
A wrong answer is named after the mistake that it makes. It states the id of that mistake, the
points that it keeps in grading, and `visible="missed"` if the visible checks are meant to miss it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.cells import in_lesson_order
from autograder.course import Unit
from autograder.errors import LessonError
from autograder.exercise_places import hidden_folder, places_of
from autograder.lesson_file import LessonCell, read_lesson
from autograder.submissions import read_built

MIN_RIGHT, MIN_WRONG = 2, 4

MAX_SHOWN = 2

_ATTRIBUTES = {"right", "shown", "wrong", "diagnosis", "points", "visible"}
_FORM = (
    'Write right="…", perhaps with shown="…", or wrong="…" diagnosis="…" points=N, and perhaps '
    'visible="missed". The diagnosis is the id of a known mistake, or what a check says by '
    "itself, such as wrong_values or raises"
)


@dataclass(frozen=True)
class Answer:
    """One answer to one exercise. `points` is None for a right answer: it keeps them all."""

    unit: str
    exercise: str
    name: str
    right: bool
    source: str
    mistake: str = ""
    points: float | None = None
    seen_by_visible: bool = True
    shown: str = ""  # what it does differently, if learners may see it

    @property
    def kind(self) -> str:
        return "right" if self.right else "wrong"


def read_bank(unit: Unit) -> list[Answer]:
    """Every answer to the exercises of `unit`, in the lesson's order."""
    release = read_built(unit, unit.release_notebook)
    return [
        _answer(unit, exercise, path, cell)
        for exercise, path in in_lesson_order(release, bank_files(unit)).items()
        for cell in read_lesson(path)
    ]


def bank_files(unit: Unit) -> dict[str, Path]:
    """The file with the answers to each exercise of `unit`."""
    return {path.parent.name: path for path in hidden_folder(unit).glob("*/answers.py")}


def shown_answers(unit: Unit) -> dict[str, list[Answer]]:
    """The answers to each exercise that learners may see once their own passes."""
    found: dict[str, list[Answer]] = {}
    for exercise, path in bank_files(unit).items():
        for cell in read_lesson(path):
            answer = _answer(unit, exercise, path, cell)
            if answer.shown:
                found.setdefault(exercise, []).append(answer)
            if len(found.get(exercise, [])) > MAX_SHOWN:
                what = f"more than {MAX_SHOWN} answers are shown to learners"
                raise LessonError(path, cell.line, what, "Choose those that differ most")
    return found


def missing_answers(unit: Unit, exercise: str) -> str | None:
    """What the bank lacks for an exercise to be released; None if it has enough."""
    path = bank_files(unit).get(exercise)
    if path is None:
        wanted = places_of(unit, exercise).answers
        return f"has no answers in {wanted}; {MIN_RIGHT} right and {MIN_WRONG} wrong are needed"
    answers = [_answer(unit, exercise, path, cell) for cell in read_lesson(path)]
    right = sum(answer.right for answer in answers)
    wrong = len(answers) - right
    if right >= MIN_RIGHT and wrong >= MIN_WRONG:
        return None
    return (
        f"has {right} right and {wrong} wrong answers in {path}; at least {MIN_RIGHT} right and "
        f"{MIN_WRONG} wrong are needed"
    )


def _answer(unit: Unit, exercise: str, path: Path, cell: LessonCell) -> Answer:
    for what in _complaints(cell.attributes):
        raise LessonError(path, cell.line, what, _FORM)
    attributes = cell.attributes
    if "right" in attributes:
        shown = attributes.get("shown", "")
        return Answer(unit.id, exercise, attributes["right"], True, cell.source, shown=shown)
    return Answer(
        unit=unit.id,
        exercise=exercise,
        name=attributes["wrong"],
        right=False,
        source=cell.source,
        mistake=attributes["diagnosis"],
        points=float(attributes["points"]),
        seen_by_visible=attributes.get("visible", "caught") != "missed",
    )


def _complaints(attributes: dict[str, Any]) -> Iterator[str]:
    """What keeps a cell from being an answer."""
    unknown = sorted(attributes.keys() - _ATTRIBUTES)
    if unknown:
        yield f"an answer has no attribute {unknown[0]!r}"
    shown = attributes.get("shown", "-")
    if not isinstance(shown, str) or not shown.strip():
        yield f"shown={shown!r} does not say what the answer does differently"
    if "wrong" in attributes and "shown" in attributes:
        yield "a wrong answer is shown to nobody"
    if len({"right", "wrong"} & attributes.keys()) != 1:
        yield "an answer is either right or wrong, and this cell does not say which"
    if "wrong" in attributes and not {"diagnosis", "points"} <= attributes.keys():
        yield "a wrong answer states the mistake it makes and the points it keeps"
    points = attributes.get("points", 0)
    if not isinstance(points, int | float) or isinstance(points, bool):
        yield f"points={points!r} is no number"
    if attributes.get("visible", "caught") not in ("caught", "missed"):
        yield f"visible={attributes['visible']!r} is neither caught nor missed"
