"""Experiment cells do not run in grading, but an answer may lean on something made in one.

`import numpy as np` in an experiment, `np.floor` in an answer: in the learner's notebook that
works. So the statements that answers need are taken out of the experiments, and only those.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache

from nbformat import NotebookNode

from autograder.cells import is_experiment
from autograder.submissions.code import (
    REMEMBERED,
    Definition,
    all_defined,
    names_bound,
    needed_names,
    source_lines,
    statement_text,
    tree_of,
)

_TAKEN = (Definition, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)


def needed_from_experiments(cells: Sequence[NotebookNode]) -> dict[int, str]:
    """Code to run after the experiment cell at each index, so that the other cells find it."""
    code = [cell for cell in cells if cell.cell_type == "code"]
    run = [cell.source for cell in code if not is_experiment(cell)]
    missing = {name for source in run for name in needed_names(source)} - all_defined(run)
    taken: dict[int, list[str]] = {}
    # From the last to the first: what one statement needs was made above it.
    for index in reversed(range(len(cells))):
        if not missing or not is_experiment(cells[index]):
            continue
        for names, text in reversed(_statements(cells[index].source)):
            if names & missing:
                missing = (missing - names) | needed_names(text)
                taken.setdefault(index, []).insert(0, text)
    return {index: "\n".join(found) for index, found in taken.items()}


@lru_cache(REMEMBERED)
def _statements(source: str) -> list[tuple[frozenset[str], str]]:
    """The statements of an experiment that others may need: the names they bind, and their text."""
    tree = tree_of(source)
    if tree is None:
        return []
    lines = source_lines(source)
    return [
        (frozenset(names_bound(node)), statement_text(node, lines))
        for node in tree.body
        if isinstance(node, _TAKEN)
    ]
