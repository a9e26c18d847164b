"""What a learner reads: their notebook with the results in it, and nothing in it that can act."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from nbformat import NotebookNode

from autograder.course import Unit
from autograder.feedback.defuse import defuse, harmless_text
from autograder.feedback.shown_results import show_results
from autograder.judging.graded import Graded
from autograder.submissions import read_built
from autograder.submissions.normal import make_cell
from cnnlab.check.run import Result

NOTES_ID = "grading-notes"


def feedback_notebook(graded: Graded, unit: Unit) -> NotebookNode:
    """The graded notebook as its learner will read it; the release where none could be graded."""
    release = read_built(unit, unit.release_notebook)
    notebook = graded.notebook or copy.deepcopy(release)
    reasons = [str(graded.problem)] if graded.problem else []
    finish(notebook, release, graded.results, [*reasons, *graded.repaired])
    return notebook


def finish(
    notebook: NotebookNode,
    release: NotebookNode,
    results: Sequence[Result],
    notes: Sequence[str],
) -> None:
    """Turns a notebook that was graded into the one that is shown."""
    defuse(notebook, release)
    show_results(notebook, results)
    if notes:
        lines = "\n".join(f"- {harmless_text(note)}" for note in notes)
        text = f"**What was done to this notebook before it was graded**\n\n{lines}"
        notebook.cells.insert(0, make_cell("markdown", text, NOTES_ID))


__all__ = ["feedback_notebook", "finish"]
