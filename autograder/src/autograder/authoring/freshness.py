"""Are a unit's notebooks built from its lesson as it is now?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.authoring.notebook import source_notebook
from autograder.authoring.problem import shown
from autograder.course import Course, Unit
from autograder.errors import CourseError
from autograder.lesson_file import read_lesson
from autograder.submissions import read_built


def refuse_outdated(course: Course, units: Sequence[Unit]) -> None:
    """Raises a CourseError for a unit whose lesson has changed since the last build.

    Its notebooks would be judged otherwise, and a new exercise would be missing in them.
    """
    for unit in units:
        there = unit.lesson.is_file() and unit.source_notebook.is_file()
        if there and not _is_built_from_its_lesson(course, unit):
            raise CourseError(
                f"The notebooks of {unit.id} are not built from {shown(unit.lesson)} as it is now, "
                f"and they are what is judged here. First type: autograder build {unit.id}"
            )


def _is_built_from_its_lesson(course: Course, unit: Unit) -> bool:
    built = read_built(unit, unit.source_notebook)
    text = source_notebook(course, unit, read_lesson(unit.lesson))
    return _content(built) == _content(nbformat.reads(text, as_version=4))


def _content(notebook: NotebookNode) -> list[Any]:
    """What a lesson says of each cell. Outputs, which an editor keeps, are not a part of it."""
    return [
        (cell.get("id"), cell.cell_type, cell.source, cell.metadata.get("nbgrader"))
        for cell in notebook.cells
    ]
