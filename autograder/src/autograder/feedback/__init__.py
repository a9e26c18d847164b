"""What a learner reads: their notebook with the verdicts in it, and nothing in it that can act."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace

from nbformat import NotebookNode

from autograder.course import Unit
from autograder.feedback.defuse import defuse, harmless_text
from autograder.feedback.verdicts import show_verdicts
from autograder.grading import Graded, grade_one
from autograder.judge.judge import Verdict
from autograder.kernels.engine import Engine
from autograder.submissions import Submission, read_built
from autograder.submissions.normal import make_cell

NOTES_ID = "grading-notes"


def grade_with_feedback(
    submission: Submission, unit: Unit, seed: int | None = None, engine: Engine | None = None
) -> Graded:
    """The result of one submission, whose notebook is ready to be shown."""
    graded = grade_one(unit, submission, seed, engine)
    release = read_built(unit, unit.release_notebook)
    notebook = graded.notebook or copy.deepcopy(release)
    reasons = [str(graded.problem)] if graded.problem else []
    finish(notebook, release, graded.verdicts, [*reasons, *graded.repaired])
    return replace(graded, notebook=notebook)


def finish(
    notebook: NotebookNode,
    release: NotebookNode,
    verdicts: Sequence[Verdict],
    notes: Sequence[str],
) -> None:
    """Turns a notebook that was graded into the one that is shown."""
    defuse(notebook, release)
    show_verdicts(notebook, verdicts)
    if notes:
        lines = "\n".join(f"- {harmless_text(note)}" for note in notes)
        text = f"**What was done to this notebook before it was graded**\n\n{lines}"
        notebook.cells.insert(0, make_cell("markdown", text, NOTES_ID))


__all__ = ["finish", "grade_with_feedback"]
