"""Is a TODO ready to be released? Questions that the build puts to the checks."""

from __future__ import annotations

from functools import cache

from nbformat import NotebookNode

from autograder.authoring.lesson import read_lesson
from autograder.authoring.roles import TEST, name_of, role_of
from autograder.course import Course
from autograder.hidden_checks import hidden_checks
from autograder.judge.session import runs_in_grading
from autograder.programs import run_program
from cnnlab.check.registry import COURSE
from cnnlab.check.run import run_checks
from cnnlab.learner import local_learner


class Readiness:
    """Answers for the TODOs of one course, each with None if all is well."""

    def __init__(self, course: Course) -> None:
        self._points = cache(lambda unit_id: _points(course, unit_id))

    def missing_check(self, unit_id: str, todo_id: str) -> str | None:
        """Why this TODO cannot be graded yet."""
        visible = COURSE.in_unit(unit_id).get(todo_id)
        if visible is None or not visible.checks:
            return f"has no visible check in cnnlab/exercises/u{unit_id}.py"
        hidden = hidden_checks(unit_id).get(todo_id)
        if hidden is None or not hidden.checks:
            return f"has no hidden check in autograder/exercises/u{unit_id}.py"
        stated, summed = self._points(unit_id).get(todo_id), sum(c.points for c in hidden.checks)
        if stated is not None and stated != summed:
            return f"has a test of {stated:g} points, but hidden checks worth {summed:g}"
        return None

    def points_of_stub(self, unit_id: str, todo_id: str, release: NotebookNode) -> str | None:
        """How a TODO that nobody has solved earns points."""
        hidden = hidden_checks(unit_id).get(todo_id)
        if hidden is None:
            return None
        cells = [c.source for c in release.cells if c.cell_type == "code" and runs_in_grading(c)]
        student = local_learner(run_program(cells), cells)
        for result in run_checks(
            hidden.exercise, [*hidden.exercise.checks, *hidden.checks], student, 0
        ):
            if result.passed:
                return f"passes the check “{result.name}” unsolved"
        return None


def _points(course: Course, unit_id: str) -> dict[str, float]:
    """The points of each test cell of a unit's lesson."""
    return {
        str(name_of(cell)): float(cell.attributes.get("points", 0))
        for cell in read_lesson(course.unit(unit_id).lesson)
        if role_of(cell) is TEST
    }
