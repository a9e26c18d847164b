"""`autograder new UNIT EXERCISE`: a skeleton of each of the exercise's parts."""

from __future__ import annotations

from pathlib import Path

from autograder.authoring.hints import hints_table
from autograder.authoring.new_unit import package_files
from autograder.authoring.problem import shown
from autograder.authoring.roles import TODO, name_of
from autograder.authoring.rules import A_NAME, is_name, of_role, total_points
from autograder.authoring.skeletons import skeleton, write_all
from autograder.authoring.unfinished import MARK
from autograder.course import Course, Unit
from autograder.course_packages import folder_of
from autograder.errors import UsageError
from autograder.exercise_places import is_of_an_exercise, places_of
from autograder.lesson_file import LessonCell, read_lesson


def new_exercise(course: Course, unit_id: str, exercise: str) -> str:
    """Writes what the exercise does not have yet, and leaves what it has; returns what to say."""
    unit = course.unit(unit_id)
    _refuse_names_that_cannot_be(course, unit, exercise)
    words = {
        "the_exercises": unit.packages.exercises,
        "the_unit": f"u{unit.id}",
        "an_exercise": exercise,
    }
    places = places_of(unit, exercise)
    docstring = f'"""Unit {unit.id}: {unit.title}."""\n'
    contents = {
        **dict.fromkeys(package_files(course, unit.id), docstring),
        places.exercise: skeleton("exercise/exercise.py", words),
        places.hidden: skeleton("exercise/hidden.py", words),
        places.answers: skeleton("exercise/answers.py", words),
    }
    contents = {path: text for path, text in contents.items() if not path.exists()}
    if exercise not in _asked(read_lesson(unit.lesson)):
        contents[unit.lesson] = _appended(
            unit.lesson, "\n\n" + skeleton("exercise/cells.py", words)
        )
    if exercise not in hints_table(unit.hints)[0]:
        contents[unit.hints] = _appended(unit.hints, "\n" + skeleton("exercise/hints.toml", words))
    if not contents:
        raise UsageError(
            f"The exercise {exercise!r} of {unit.id} is there already, with all its parts. "
            f"What it lacks is said by: autograder build {unit.id}"
        )
    write_all(contents)
    listing = "\n".join(f"  {shown(path)}" for path in contents)
    return f"""\
✓ The exercise {exercise!r} of {unit.id} has a skeleton in each of its files:
{listing}
Next:
  Write what is marked {MARK} The cells stand at the end of the lesson; move them where they belong.
{_points_to_change(unit)}\
  autograder build {unit.id}       says what is not finished yet, then writes the notebooks
  autograder answers {unit.id}     are the checks right?
  autograder validate {unit.id}    do solutions earn all points, stubs none?"""


def _points_to_change(unit: Unit) -> str:
    """What to say where course.toml has other points than the lesson, the skeleton's included."""
    total = total_points(read_lesson(unit.lesson))
    if total is None or total == unit.points:
        return ""
    return (
        f"  Make the points agree: the cells of {unit.id} have {total:g} together, and course.toml "
        f"says {unit.points:g}.\n"
    )


def _refuse_names_that_cannot_be(course: Course, unit: Unit, exercise: str) -> None:
    if not is_name(exercise):
        raise UsageError(f"{exercise!r} cannot be the name of an exercise. {A_NAME}.")
    if not is_of_an_exercise(exercise):
        raise UsageError(
            f"{exercise!r} cannot be the name of an exercise: files that begin with _ or end with "
            "_mistakes belong to other exercises. Choose another name."
        )
    for folder in sorted(folder_of(course.packages, "exercises").glob("u*/")):
        twin = folder / f"{exercise}.py"
        if folder.name != f"u{unit.id}" and twin.exists():
            raise UsageError(
                f"Another unit has an exercise {exercise!r}, in {shown(twin)}, and `check."
                f"{exercise}` can be only one. Choose another name."
            )


def _asked(cells: list[LessonCell]) -> list[str]:
    return [str(name_of(cell)) for cell in of_role(cells, TODO)]


def _appended(path: Path, more: str) -> str:
    """The text of that file with `more` at its end; the file need not be there."""
    before = path.read_text(encoding="utf-8").rstrip("\n") + "\n" if path.exists() else ""
    return (before + more).lstrip("\n")
