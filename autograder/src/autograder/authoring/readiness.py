"""Is an exercise ready to be released? The build's questions, answered by the checks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from nbformat import NotebookNode

from autograder.answers.bank_files import missing_answers
from autograder.authoring.parts import misplaced, twins
from autograder.authoring.problem import Problem, shown
from autograder.authoring.roles import TEST, TODO, name_of
from autograder.authoring.rules import of_role
from autograder.authoring.unfinished import unfinished
from autograder.cells import runs_in_grading
from autograder.course import Course, Unit
from autograder.course_packages import check_preloads, courses_own_code, import_part
from autograder.errors import CourseError
from autograder.exercise_places import places_of
from autograder.hidden_checks import HiddenChecks, hidden_checks
from autograder.lesson_file import LessonCell
from cnnlab.check.cell_runner import run_cells
from cnnlab.check.exercise import Exercise
from cnnlab.check.run import run_checks
from cnnlab.learner import local_learner


class Readiness:
    """Answers for the exercises of one course: see `authoring.questions`."""

    def __init__(self, course: Course) -> None:
        self._course = course

    def problems_of_course(self) -> list[Problem]:
        check_preloads(self._course.packages, self._course.grading)
        return twins(self._course)

    def problems_of_unit(self, unit: Unit, cells: Sequence[LessonCell]) -> list[Problem]:
        if problems := misplaced(unit, cells):
            return problems
        return [*unfinished(unit), *_contents(unit, cells)]

    def points_of_stub(self, unit: Unit, exercise: str, release: NotebookNode) -> str | None:
        hidden = hidden_checks(unit)[exercise]
        cells = [cell.source for cell in release.cells if runs_in_grading(cell)]
        with courses_own_code(unit.packages):
            learner = local_learner(run_cells(cells), cells)
            checks = [*hidden.exercise.checks, *hidden.checks]
            for result in run_checks(hidden.exercise, checks, learner, 0):
                if result.passed:
                    return f"passes the check “{result.name}” unsolved"
        return None


def _contents(unit: Unit, cells: Sequence[LessonCell]) -> Iterator[Problem]:
    """What the files of the unit's exercises do not say, though they are there."""
    asked = {str(name_of(cell)): cell for cell in of_role(cells, TODO)}
    exercises = {name: _exercise(unit, name) for name in asked}
    hidden = hidden_checks(unit)
    points = {str(name_of(cell)): float(cell.attributes["points"]) for cell in of_role(cells, TEST)}
    for name, cell in asked.items():
        places = places_of(unit, name)
        here = f"the exercise {name!r}"
        if not exercises[name].checks:
            what = f"{here} has no visible check in {shown(places.exercise)}"
            yield Problem(unit.lesson, cell.line, what, "Write one, with @exercise.visible(…)")
        if name not in hidden or not hidden[name].checks:
            what = f"{here} has no hidden check in {shown(places.hidden)}"
            yield Problem(unit.lesson, cell.line, what, "Write one, with @hidden.check(…)")
        elif name in points and (worth := _worth(hidden[name])) != points[name]:
            what = (
                f"{here} has a test of {points[name]:g} points, but hidden checks worth {worth:g}"
            )
            yield Problem(unit.lesson, cell.line, what, "Change the points here or those there")
        if lack := missing_answers(unit, name):
            yield Problem(unit.lesson, cell.line, f"{here} {lack}", "Write them there")


def _worth(hidden: HiddenChecks) -> float:
    return sum(check.points for check in hidden.checks)


def _exercise(unit: Unit, name: str) -> Exercise:
    """What the file of that name calls `exercise`; raises a CourseError if it is another."""
    module = import_part(unit.packages, f"{unit.packages.exercises}.u{unit.id}.{name}")
    exercise = getattr(module, "exercise", None)
    file = places_of(unit, name).exercise
    if not isinstance(exercise, Exercise):
        raise CourseError(
            f"{file}:1: no exercise is called `exercise` here. "
            f'Write: exercise = Exercise("{name}", …).'
        )
    if exercise.id != name:
        raise CourseError(
            f"{file}:{_line_of(file, 'exercise')}: the exercise {exercise.id!r} lies in a file "
            f"called {name!r}. Give both the same name."
        )
    return exercise


def _line_of(file: Path, name: str) -> int:
    """The line on which a module assigns that name."""
    text = file.read_text(encoding="utf-8")
    found = re.search(rf"^{name}\b.*=", text, re.MULTILINE)
    return text[: found.start()].count("\n") + 1 if found else 1
