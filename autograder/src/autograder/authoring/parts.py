"""An exercise is one name in one place for each audience: what is missing or out of place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from autograder.authoring.problem import Problem, shown
from autograder.authoring.roles import TODO, name_of
from autograder.authoring.rules import A_NAME, is_name, of_role
from autograder.course import Course, Unit
from autograder.course_packages import folder_of
from autograder.errors import WRONG_USAGE
from autograder.exercise_places import (
    answers_there,
    exercises_in,
    exercises_there,
    hidden_there,
    places_of,
)
from autograder.lesson_file import LessonCell


def misplaced(unit: Unit, cells: Sequence[LessonCell]) -> list[Problem]:
    """Parts of the unit's exercises that are missing, or belong to no exercise; by their paths."""
    asked = {str(name_of(cell)): cell for cell in of_role(cells, TODO)}
    missing = [p for n, cell in asked.items() for p in _missing(unit, n, cell)]
    return [*missing, *_never_asked(unit, list(asked)), *_of_no_exercise(unit, list(asked))]


def twins(course: Course) -> list[Problem]:
    """Exercises of which two units have a file: whose would `check.NAME` be?"""
    problems, seen = [], dict[str, Path]()
    for folder in sorted(folder_of(course.packages, "exercises").glob("u*/")):
        for name in exercises_in(folder):
            path = folder / f"{name}.py"
            if name in seen:
                what = f"the exercise {name!r} has a file in another unit too, {shown(seen[name])}"
                problems.append(_misplaced(path, what, "Give one of the two another name"))
            seen.setdefault(name, path)
    return problems


def _missing(unit: Unit, name: str, cell: LessonCell) -> Iterator[Problem]:
    places = places_of(unit, name)
    skeletons = f"Write its skeleton: autograder new {unit.id} {name}"
    for path, is_for in (
        (places.exercise, "reference, known mistakes and visible checks"),
        (places.hidden, "hidden checks"),
        (places.answers, "right and wrong answers"),
    ):
        if not path.is_file():
            what = f"the exercise {name!r} has no {is_for}, which belong in {shown(path)}"
            yield Problem(unit.lesson, cell.line, what, skeletons, WRONG_USAGE)


def _never_asked(unit: Unit, asked: Sequence[str]) -> Iterator[Problem]:
    for name in exercises_there(unit):
        path = places_of(unit, name).exercise
        if not is_name(name):
            yield _misplaced(path, f"{name!r}, an exercise by its file, is not a name", A_NAME)
        elif name not in asked:
            what = f"no cell of {shown(unit.lesson)} asks for the exercise {name!r}"
            mend = f'Add a cell `# %% todo="{name}"`, or delete the file'
            yield _misplaced(path, what, _guess(name, asked) or mend)


def _of_no_exercise(unit: Unit, asked: Sequence[str]) -> Iterator[Problem]:
    known = {*exercises_there(unit), *asked}
    for names, kind in (hidden_there(unit), "hidden checks"), (answers_there(unit), "answers"):
        for name in names:
            if name not in known:
                places = places_of(unit, name)
                path = places.hidden if kind == "hidden checks" else places.answers
                what = f"{kind} of {name!r}, which is no exercise of {unit.id}"
                mend = f"Write {shown(places.exercise)}, or delete {shown(path.parent)}"
                yield _misplaced(path, what, _guess(name, sorted(known)) or mend)


def _guess(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"Did you mean {close[0]!r}? Rename it" if close else ""


def _misplaced(path: Path, what: str, mend: str) -> Problem:
    return Problem(path, 1, what, mend, WRONG_USAGE)
