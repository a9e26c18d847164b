"""Where the parts of an exercise lie: one name in one place for each audience.

    <exercises>/u05_resnet/residual_block.py            reference, known mistakes, visible checks
    <hidden>/u05_resnet/residual_block/hidden.py        hidden checks
    <hidden>/u05_resnet/residual_block/answers.py       the answer bank

`<exercises>` and `<hidden>` are the packages that course.toml names.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.course import Unit
from autograder.course_packages import folder_of
from cnnlab.check.exercise_files import MISTAKES, SHARED

HIDDEN_FILE = "hidden.py"
ANSWERS_FILE = "answers.py"


@dataclass(frozen=True)
class ExercisePlaces:
    """The hand-written files of one exercise, besides the lesson and its hints."""

    exercise: Path
    hidden: Path
    answers: Path


def places_of(unit: Unit, exercise: str) -> ExercisePlaces:
    """Where the files of that exercise belong, there or not."""
    folder = hidden_folder(unit) / exercise
    return ExercisePlaces(
        exercises_folder(unit) / f"{exercise}.py", folder / HIDDEN_FILE, folder / ANSWERS_FILE
    )


def exercises_folder(unit: Unit) -> Path:
    return folder_of(unit.packages, "exercises") / f"u{unit.id}"


def hidden_folder(unit: Unit) -> Path:
    return folder_of(unit.packages, "hidden") / f"u{unit.id}"


def exercises_there(unit: Unit) -> list[str]:
    """The exercises of the unit that have a file."""
    return exercises_in(exercises_folder(unit))


def exercises_in(folder: Path) -> list[str]:
    """The exercises that have a file in this folder of a unit."""
    return sorted(path.stem for path in folder.glob("*.py") if is_of_an_exercise(path.stem))


def is_of_an_exercise(name: str) -> bool:
    """Whether a file of that name holds an exercise, and not what several of them share."""
    return not name.startswith(SHARED) and not name.endswith(MISTAKES)


def hidden_there(unit: Unit) -> list[str]:
    """The exercises of the unit that have hidden checks."""
    return sorted(path.parent.name for path in hidden_folder(unit).glob(f"*/{HIDDEN_FILE}"))


def answers_there(unit: Unit) -> list[str]:
    """The exercises of the unit that have a file of answers."""
    return sorted(path.parent.name for path in hidden_folder(unit).glob(f"*/{ANSWERS_FILE}"))
