"""What a notebook's cell is for: the only place that reads nbgrader's metadata and cells' tags.

Anybody may edit a notebook, so whatever stands in a cell's metadata is read with care.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from nbformat import NotebookNode

from cnnlab.check.cell_runner import EXPLORE, is_experiment, is_graded, runs_in_grading

SCHEMA_VERSION = 3
TEST_PREFIX = "test_"

T = TypeVar("T")


def grade_id(cell: NotebookNode) -> str:
    """nbgrader's name of the cell; empty for an ordinary one."""
    found = _marks(cell).get("grade_id")
    return found if isinstance(found, str) else ""


def exercise_of(cell: NotebookNode) -> str:
    """The exercise whose answer or test stands in the cell; empty for any other cell."""
    if is_test(cell):
        return grade_id(cell).removeprefix(TEST_PREFIX)
    return grade_id(cell) if is_exercise(cell) else ""


def exercises(notebook: NotebookNode) -> list[str]:
    """The exercises of a notebook, in the lesson's order."""
    return [grade_id(c) for c in notebook.cells if is_exercise(c) and not is_graded(c)]


def in_lesson_order(notebook: NotebookNode, by_exercise: Mapping[str, T]) -> dict[str, T]:
    """`by_exercise` in the order of the notebook's exercises; what is none of them comes last."""
    listed = [name for name in exercises(notebook) if name in by_exercise]
    rest = [name for name in by_exercise if name not in listed]
    return {name: by_exercise[name] for name in [*listed, *rest]}


def sources_in_grading(notebook: NotebookNode) -> list[str]:
    """The code that counts, cell by cell. No experiment and no test is in it."""
    return [cell.source for cell in notebook.cells if runs_in_grading(cell)]


def is_solution(cell: NotebookNode) -> bool:
    """A cell for the learner to fill, in code or in words."""
    return bool(_marks(cell).get("solution"))


def is_exercise(cell: NotebookNode) -> bool:
    """Code for the learner to write. Answers in words have names that several units share."""
    return bool(cell.cell_type == "code") and is_solution(cell)


def is_test(cell: NotebookNode) -> bool:
    """An exercise's visible check, whose cell gives its points."""
    return bool(cell.cell_type == "code") and is_graded(cell) and not is_solution(cell)


def is_written(cell: NotebookNode) -> bool:
    """An answer that a person grades."""
    return is_graded(cell) and is_solution(cell)


def is_locked(cell: NotebookNode) -> bool:
    return bool(_marks(cell).get("locked"))


def is_manual_task(cell: NotebookNode) -> bool:
    """A task in nbgrader's sense: a description in one cell, and anything below it as an answer."""
    return bool(_marks(cell).get("task"))


def points(cell: NotebookNode) -> object:
    """The points of a graded cell, as nbgrader's editors wrote them; None where none are given."""
    return _marks(cell).get("points")


def tags(cell: NotebookNode) -> list[str]:
    found = cell.get("metadata", {}).get("tags")
    return [tag for tag in found if isinstance(tag, str)] if isinstance(found, list) else []


def marks_differ(cell: NotebookNode, trusted: NotebookNode) -> bool:
    """Whether points or flags of a cell are not those that it was released with."""
    mine, ours = _marks(cell), _marks(trusted)
    keys = ("points", "grade", "solution", "locked")
    return bool(mine) and any(mine.get(key) != ours.get(key) for key in keys)


def _marks(cell: NotebookNode) -> Mapping[str, object]:
    marks = cell.get("metadata", {}).get("nbgrader", {})
    return marks if isinstance(marks, Mapping) else {}


__all__ = [
    "EXPLORE",
    "SCHEMA_VERSION",
    "TEST_PREFIX",
    "exercise_of",
    "exercises",
    "grade_id",
    "in_lesson_order",
    "is_exercise",
    "is_experiment",
    "is_graded",
    "is_locked",
    "is_manual_task",
    "is_solution",
    "is_test",
    "is_written",
    "marks_differ",
    "points",
    "runs_in_grading",
    "sources_in_grading",
    "tags",
]
