"""Results as a learner reads them: in the test cells of the graded notebook."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.cells import exercise_of, is_test
from cnnlab.check.run import Result
from cnnlab.terminal import CROSS, TICK


def show_results(notebook: NotebookNode, results: Sequence[Result]) -> None:
    """Gives each test cell its results to read, and its points in nbgrader's form."""
    for cell in notebook.cells:
        if is_test(cell):
            exercise = exercise_of(cell)
            cell.outputs = _outputs([r for r in results if r.exercise == exercise])


def _outputs(results: list[Result]) -> list[NotebookNode]:
    points = round(sum(result.points for result in results), 2)
    rows = "".join(_row(result) for result in results)
    return [
        new_output(
            "display_data",
            data={
                "text/plain": "\n".join(_line(result) for result in results),
                "text/html": f'<ul style="list-style: none; padding-left: 0">{rows}</ul>',
            },
        ),
        # nbgrader takes the only execute_result of a test cell, a number, as the points earned
        new_output("execute_result", data={"text/plain": str(points)}),
    ]


def _line(result: Result) -> str:
    mark = TICK if result.passed else CROSS
    return f"{mark} {result.name} ({_points(result)}) {_message(result)}".rstrip()


def _row(result: Result) -> str:
    # nbgrader's own pages are light and do not know the names; ours gives them a dark shade, too.
    tick, cross = (TICK, "var(--good, #1a6b2d)"), (CROSS, "var(--bad, #a8261c)")
    mark, colour = tick if result.passed else cross
    message = _message(result)
    below = f'<div style="margin-left: 1.4em">{escape(message)}</div>' if message else ""
    return (
        f'<li style="margin-bottom: 0.4em"><strong style="color: {colour}">{mark} '
        f"{escape(result.name)}</strong> ({_points(result)}){below}</li>"
    )


def _points(result: Result) -> str:
    return f"{result.points:g} of {result.max_points:g}"


def _message(result: Result) -> str:
    """What to do about it; a failure of ours is said to be ours."""
    if result.verdict == "infrastructure":
        return f"This could not be graded; nobody's answer is at fault. {result.message}"
    return result.message
