"""What a person should look at before a score stands.

An exercise that nobody has worked on cannot pass; where one does, it gets no points. Code that
hides what it calls costs nothing: whether it is mischief is for a person to see.
"""

from __future__ import annotations

from dataclasses import replace

from nbformat import NotebookNode

from autograder.cells import grade_id, in_lesson_order, is_exercise, runs_in_grading
from autograder.judging.graded import Graded
from autograder.submissions.normal import plain
from cnnlab.check.concealment import hides_its_calls
from cnnlab.check.run import Result


def looked_over(graded: Graded, release: NotebookNode) -> Graded:
    """The result with notes for a person, and with no point for an untouched cell."""
    if graded.notebook is None:
        return graded
    results, notes = list(graded.results), []
    untouched = dict.fromkeys(untouched_exercises(graded.notebook, release))
    for exercise in in_lesson_order(release, untouched):
        found = graded.of(exercise)
        passed = sum(result.passed for result in found)
        if passed:
            results = [_denied(r) if r.exercise == exercise and r.passed else r for r in results]
            notes.append(
                f"`{exercise}` passed {passed} of {len(found)} checks, and its cell is as it was "
                "released. It got no points: look for what other cells put in its place."
            )
    if graded.score > 0:
        notes += _hidden_calls(graded.notebook, release)
    return replace(graded, results=results, looked_at=notes)


def untouched_exercises(notebook: NotebookNode, release: NotebookNode) -> set[str]:
    """The exercises of a rebuilt notebook whose cells are as they were released."""
    released = {grade_id(cell): plain(cell.source) for cell in release.cells if is_exercise(cell)}
    return {
        grade_id(cell)
        for cell in notebook.cells
        if is_exercise(cell) and plain(cell.source) == released.get(grade_id(cell))
    }


def _hidden_calls(notebook: NotebookNode, release: NotebookNode) -> list[str]:
    """One note for each way in which the learner's own code hides what it calls."""
    ours = {cell.source for cell in release.cells}
    theirs = [c.source for c in notebook.cells if runs_in_grading(c) and c.source not in ours]
    first: dict[str, str] = {}
    for found in hides_its_calls(theirs):
        first.setdefault(found.what, found.line_text)
    return [f"The code {what}: `{line[:100]}`." for what, line in first.items()]


def _denied(result: Result) -> Result:
    return replace(
        result,
        verdict="fail",
        points=0.0,
        mistake="untouched",
        message="The cell of this exercise is as it was released: no answer stands in it.",
    )
