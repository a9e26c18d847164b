"""The instructor's notebook, built from a lesson: no outputs, and the same bytes every time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import nbformat
import nbformat.v4
from nbformat import NotebookNode

from autograder.authoring.roles import HIDE, grade_id, nbgrader_metadata
from autograder.course import Course, Unit
from autograder.lesson_file import LessonCell

BADGE_ID = "colab-badge"
INSTALL_ID = "colab-install"

# What Jupyter and VS Code, and what Colab reads: this cell is shown without its code.
COLLAPSED = {"jupyter": {"source_hidden": True}, "cellView": "form"}

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def badge_source(course: Course, unit: Unit) -> str:
    """The markdown of the "Open in Colab" badge."""
    path = course.repository.removeprefix("https://github.com/").removesuffix(".git").strip("/")
    address = (
        f"https://colab.research.google.com/github/{path}"
        f"/blob/{course.branch}/release/{unit.id}/{unit.id}.ipynb"
    )
    image = "https://colab.research.google.com/assets/colab-badge.svg"
    return f"[![Open in Colab]({image})]({address})"


def install_source(course: Course) -> str:
    """One line that installs the students' package in Colab and does nothing anywhere else."""
    return (
        'if "google.colab" in str(get_ipython()): '
        f'get_ipython().system("pip install -q git+{course.repository}@{course.branch}")'
    )


def source_notebook(course: Course, unit: Unit, cells: Sequence[LessonCell]) -> str:
    """The text of the instructor's notebook for a lesson's cells."""
    built = [_cell(cell, cell_id) for cell, cell_id in zip(cells, cell_ids(cells), strict=True)]
    place = 1 if cells and _is_title(cells[0]) else 0
    built[place:place] = [
        nbformat.v4.new_markdown_cell(badge_source(course, unit), id=BADGE_ID),
        nbformat.v4.new_code_cell(install_source(course), id=INSTALL_ID),
    ]
    notebook = nbformat.v4.new_notebook(cells=built, metadata=METADATA)
    notebook.nbformat_minor = 5
    return nbformat.writes(notebook, version=4) + "\n"


def cell_ids(cells: Sequence[LessonCell]) -> list[str]:
    """An id for every cell: its grade id, or its place after the nearest one before it."""
    ids, anchor, distance = [], "start", 0
    for cell in cells:
        name = grade_id(cell)
        if name is not None:
            anchor, distance = name, 0
            ids.append(name)
        else:
            distance += 1
            ids.append(f"{anchor}-{distance}")
    return ids


def _is_title(cell: LessonCell) -> bool:
    """Whether the cell is a heading with at most one paragraph: the badge looks best below it.

    A longer opening would push the badge out of sight, so then the badge comes first.
    """
    blocks = [block for block in cell.source.split("\n\n") if block.strip()]
    return cell.kind == "markdown" and cell.source.startswith("# ") and len(blocks) <= 2


def _cell(cell: LessonCell, cell_id: str) -> NotebookNode:
    metadata: dict[str, Any] = {}
    nbgrader = nbgrader_metadata(cell)
    if nbgrader is not None:
        metadata["nbgrader"] = nbgrader
    if cell.tags:
        metadata["tags"] = cell.tags
    if HIDE in cell.tags:
        metadata |= COLLAPSED
    make = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }[cell.kind]
    return make(cell.source, id=cell_id, metadata=metadata)
