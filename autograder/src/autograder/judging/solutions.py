"""The course's own answers, for second opinions. They never enter a kernel that scores them."""

from __future__ import annotations

from autograder.cells import grade_id, is_exercise
from autograder.course import Unit
from autograder.submissions import read_built


def solution_sources(unit: Unit) -> dict[str, str]:
    """The code of the solution's cell of each exercise; empty where they are not at hand."""
    if not unit.source_notebook.is_file():
        return {}
    notebook = read_built(unit, unit.source_notebook)
    return {grade_id(cell): cell.source for cell in notebook.cells if is_exercise(cell)}
