"""What a cell is for: the attributes of lesson.py and nbgrader's metadata, translated both ways."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from autograder.cells import SCHEMA_VERSION, TEST_PREFIX, is_graded, is_locked, is_solution
from autograder.lesson_file import LessonCell

# No hyphen: cell ids of unnamed cells contain one, so the two can never be equal.
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,47}")


@dataclass(frozen=True)
class Role:
    """One attribute of lesson.py and the nbgrader flags it stands for."""

    attribute: str
    grade: bool
    solution: bool
    locked: bool
    kinds: tuple[str, ...]
    prefix: str = ""


TODO = Role("todo", grade=False, solution=True, locked=False, kinds=("code",))
TEST = Role("test", grade=True, solution=False, locked=True, kinds=("code",), prefix=TEST_PREFIX)
WRITTEN = Role("written", grade=True, solution=True, locked=False, kinds=("markdown", "code"))
LOCKED = Role("locked", grade=False, solution=False, locked=True, kinds=("code", "markdown"))
ROLES = (TODO, TEST, WRITTEN, LOCKED)
HIDE = "hide"  # the tag of code that is collapsed until a learner opens it
ATTRIBUTES = (*(role.attribute for role in ROLES), "points", "tags")


def role_of(cell: LessonCell) -> Role | None:
    """The cell's role; None for an ordinary cell. The first one counts if a lesson gives two."""
    return next((role for role in ROLES if role.attribute in cell.attributes), None)


def name_of(cell: LessonCell) -> str | None:
    """What the lesson calls the cell: the text of its role attribute."""
    role = role_of(cell)
    return None if role is None else str(cell.attributes[role.attribute])


def grade_id(cell: LessonCell) -> str | None:
    """nbgrader's id of the cell; None for an ordinary cell."""
    role = role_of(cell)
    return None if role is None else role.prefix + str(name_of(cell))


def nbgrader_metadata(cell: LessonCell) -> dict[str, Any] | None:
    """nbgrader's metadata (schema 3) of the cell; None for an ordinary cell."""
    role = role_of(cell)
    if role is None:
        return None
    metadata: dict[str, Any] = {
        "grade": role.grade,
        "grade_id": grade_id(cell),
        "locked": role.locked,
        "schema_version": SCHEMA_VERSION,
        "solution": role.solution,
        "task": False,
    }
    if role.grade:
        metadata["points"] = cell.attributes.get("points")
    return metadata


def role_in_notebook(cell: NotebookNode) -> Role | None:
    """The role that nbgrader's flags mean; None if they mean an ordinary cell."""
    grade, solution = is_graded(cell), is_solution(cell)
    if grade or solution:
        return next(r for r in ROLES if (r.grade, r.solution) == (grade, solution))
    return LOCKED if is_locked(cell) else None
