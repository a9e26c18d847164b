"""Which of a learner's notebooks is graded, where there is more than one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nbformat import NotebookNode

from autograder.cells import grade_id, is_exercise
from autograder.submissions.normal import plain
from autograder.submissions.read import ReadNotebook, UnreadableError, read_submitted
from autograder.submissions.rebuild import WrongUnitError, rebuild


def choose(paths: Sequence[Path], release: NotebookNode, unit_id: str) -> ReadNotebook:
    """The notebook in which most exercises were worked on; of equals, the first."""
    first = paths[0]
    if len(paths) == 1:
        return read_submitted(first)
    readable: list[tuple[int, int, Path, ReadNotebook]] = []
    for number, path in enumerate(paths):
        try:
            read = read_submitted(path)
            readable.append((_answered(read.notebook, release, unit_id), -number, path, read))
        except (UnreadableError, WrongUnitError):
            continue
    if not readable:
        return read_submitted(first)
    _, _, path, read = max(readable, key=lambda entry: entry[:2])
    note = f"{len(paths)} notebooks were handed in; {path.name} has the most in it and was graded."
    return ReadNotebook(read.notebook, [note, *read.repaired])


def _answered(notebook: NotebookNode, release: NotebookNode, unit_id: str) -> int:
    """How many exercises of a notebook are no longer as they were released."""
    rebuilt = rebuild(release, notebook, unit_id).notebook
    stubs = {grade_id(cell): plain(cell.source) for cell in release.cells if is_exercise(cell)}
    return sum(
        plain(cell.source) not in ("", stubs[grade_id(cell)])
        for cell in rebuilt.cells
        if is_exercise(cell)
    )
