"""What a cell says about itself: nbgrader's marks, read with care, for anybody may edit them."""

from __future__ import annotations

from collections.abc import Mapping

from nbformat import NotebookNode


def grade_id(cell: NotebookNode) -> str:
    found = _nbgrader(cell).get("grade_id")
    return found if isinstance(found, str) else ""


def is_solution(cell: NotebookNode) -> bool:
    """A cell for the learner to fill, in code or in words."""
    return bool(_nbgrader(cell).get("solution"))


def is_exercise(cell: NotebookNode) -> bool:
    """Code for the learner to write. Answers in words have names that several units share."""
    return cell.cell_type == "code" and is_solution(cell)


def is_locked(cell: NotebookNode) -> bool:
    return bool(_nbgrader(cell).get("locked"))


def marks_differ(cell: NotebookNode, trusted: NotebookNode) -> bool:
    """Whether points or flags of a cell are not those that it was released with."""
    mine, ours = _nbgrader(cell), _nbgrader(trusted)
    keys = ("points", "grade", "solution", "locked")
    return bool(mine) and any(mine.get(key) != ours.get(key) for key in keys)


def plain(source: str) -> str:
    """A source without the differences that nobody sees."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _nbgrader(cell: NotebookNode) -> Mapping[str, object]:
    metadata = cell.get("metadata", {}).get("nbgrader", {})
    return metadata if isinstance(metadata, Mapping) else {}
