"""Exercises that nobody has worked on cannot pass: where one does, a person has to look."""

from __future__ import annotations

from dataclasses import replace

from nbformat import NotebookNode

from autograder.cells import grade_id, in_lesson_order, is_exercise
from autograder.judging.graded import Graded
from autograder.submissions.normal import plain
from cnnlab.check.run import Result


def untouched_exercises(notebook: NotebookNode, release: NotebookNode) -> set[str]:
    """The exercises of a rebuilt notebook whose cells are as they were released."""
    released = {grade_id(cell): plain(cell.source) for cell in release.cells if is_exercise(cell)}
    return {
        grade_id(cell)
        for cell in notebook.cells
        if is_exercise(cell) and plain(cell.source) == released.get(grade_id(cell))
    }


def without_what_cannot_pass(graded: Graded, release: NotebookNode) -> Graded:
    """The result with no point for an untouched cell, and a note of what should be looked at."""
    if graded.notebook is None:
        return graded
    untouched = untouched_exercises(graded.notebook, release)
    results, notes = list(graded.results), list(graded.looked_at)
    for exercise in in_lesson_order(release, dict.fromkeys(untouched)):
        found = graded.of(exercise)
        passed = sum(result.passed for result in found)
        if passed:
            results = [_denied(r) if r.exercise == exercise and r.passed else r for r in results]
            notes.append(
                f"`{exercise}` passed {passed} of {len(found)} checks, and its cell is as it was "
                "released. It got no points: look for what other cells put in its place."
            )
    return replace(graded, results=results, looked_at=notes)


def _denied(result: Result) -> Result:
    return replace(
        result,
        verdict="fail",
        points=0.0,
        mistake="untouched",
        message="The cell of this exercise is as it was released: no answer stands in it.",
    )
