"""The course's own answers, and notebooks with answers in them.

In grading, solutions stand in for other exercises only: none enters a kernel that scores it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping

from nbformat import NotebookNode

from autograder.cells import grade_id, is_exercise
from autograder.course import Unit
from autograder.submissions import read_built

_MARKERS = re.compile(r"(?m)^ *### (?:BEGIN|END) SOLUTION\n?")


def solutions(unit: Unit) -> dict[str, str]:
    """The course's answer to each exercise; empty where they are not at hand."""
    if not unit.source_notebook.is_file():
        return {}
    notebook = read_built(unit, unit.source_notebook)
    return {
        grade_id(cell): _MARKERS.sub("", cell.source)
        for cell in notebook.cells
        if is_exercise(cell)
    }


def compose(release: NotebookNode, answers: Mapping[str, str]) -> NotebookNode:
    """The release with `answers` written into the cells they belong to, by exercise or question."""
    notebook = copy.deepcopy(release)
    for cell in notebook.cells:
        cell.source = answers.get(grade_id(cell), cell.source)
    return notebook
