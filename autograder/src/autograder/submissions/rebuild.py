"""Rebuilding a submission: everything we own comes from the release, the learner's code from them.

So nothing that happened to ids, points, test cells or metadata gains or costs anybody a mark.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.errors import AutograderError


class WrongUnitError(AutograderError):
    """The notebook belongs to another unit, or to none."""

    brief = "not a notebook of this unit"


@dataclass(frozen=True)
class Rebuilt:
    notebook: NotebookNode
    repaired: list[str]


def rebuild(release: NotebookNode, submitted: NotebookNode, unit_id: str) -> Rebuilt:
    """The release with the learner's sources in it, and a list of what had to be mended.

    The learner's own cells stay where they put them: after the cell that they followed.
    """
    found = _match(release, submitted)
    if not any(index in found for index, cell in enumerate(release.cells) if _is_exercise(cell)):
        raise WrongUnitError(
            f"None of the exercises of {unit_id} is in this notebook. Is it another unit's? "
            "Name its unit with --unit."
        )
    repaired: list[str] = []
    added = _added_after(submitted, found)
    cells = [_added_cell(cell) for cell in added.get(-1, [])]
    for index, trusted in enumerate(release.cells):
        cell = copy.deepcopy(trusted)
        learners = submitted.cells[found[index]] if index in found else None
        if learners is None:
            if _grade_id(trusted):
                repaired.append(f"put back the missing cell {_grade_id(trusted)}")
        elif _is_locked(trusted):
            if learners.source != trusted.source:
                repaired.append(f"restored the changed cell {_grade_id(trusted)}")
        else:
            cell.source = learners.source
            if learners.cell_type != trusted.cell_type:
                repaired.append(
                    f"made {_grade_id(trusted) or trusted.id} a {trusted.cell_type} cell again"
                )
        cells.append(cell)
        if index in found:
            cells += [_added_cell(extra) for extra in added.get(found[index], [])]
    notebook = copy.deepcopy(release)
    notebook.cells = cells
    return Rebuilt(notebook, repaired)


def _match(release: NotebookNode, submitted: NotebookNode) -> dict[int, int]:
    """Which submitted cell is which release cell: by grade id, then by cell id; each used once.

    Of several copies with one grade id, the one that kept the cell's own id is the original.
    """
    found: dict[int, int] = {}
    used: set[int] = set()
    for index, trusted in enumerate(release.cells):
        grade_id = _grade_id(trusted)
        candidates = [
            position
            for position, cell in enumerate(submitted.cells)
            if position not in used
            and (_grade_id(cell) == grade_id if grade_id else cell.get("id") == trusted.id)
        ]
        if candidates:
            original = [p for p in candidates if submitted.cells[p].get("id") == trusted.id]
            found[index] = (original or candidates)[0]
            used.add(found[index])
    return found


def _added_after(
    submitted: NotebookNode, found: Mapping[int, int]
) -> dict[int, list[NotebookNode]]:
    """The learner's own cells, by the position of the matched cell that they follow (-1: none)."""
    matched = set(found.values())
    added: dict[int, list[NotebookNode]] = {}
    anchor = -1
    for position, cell in enumerate(submitted.cells):
        if position in matched:
            anchor = position
        else:
            added.setdefault(anchor, []).append(cell)
    return added


def _added_cell(cell: NotebookNode) -> NotebookNode:
    """A learner's own cell with its source and nothing else."""
    make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
    return make(cell.source)


def _nbgrader(cell: NotebookNode) -> Mapping[str, object]:
    metadata = cell.get("metadata", {}).get("nbgrader", {})
    return metadata if isinstance(metadata, Mapping) else {}


def _grade_id(cell: NotebookNode) -> str:
    return str(_nbgrader(cell).get("grade_id", ""))


def _is_exercise(cell: NotebookNode) -> bool:
    """Code for the learner to write. Answers in words have names that several units share."""
    return cell.cell_type == "code" and bool(_nbgrader(cell).get("solution"))


def _is_locked(cell: NotebookNode) -> bool:
    return bool(_nbgrader(cell).get("locked"))
