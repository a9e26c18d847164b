"""Verdicts as a learner reads them: in the test cells of the graded notebook."""

from __future__ import annotations

from html import escape

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.build.roles import TEST_PREFIX
from autograder.judge.judge import Judgement
from cnnlab.check.run import Result
from cnnlab.terminal import CROSS, TICK


def show_verdicts(judgement: Judgement) -> None:
    """Gives each test cell its verdicts to read, and its points in nbgrader's form."""
    for cell in judgement.notebook.cells:
        metadata = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code" or not metadata.get("grade") or metadata.get("solution"):
            continue
        todo = metadata["grade_id"].removeprefix(TEST_PREFIX)
        results = [verdict.result for verdict in judgement.of(todo)]
        cell.outputs = _outputs(results)


def _outputs(results: list[Result]) -> list[NotebookNode]:
    points = round(sum(result.points for result in results), 2)
    lines = [_line(result) for result in results]
    rows = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return [
        new_output(
            "display_data",
            data={
                "text/plain": "\n".join(lines),
                "text/html": f'<ul style="list-style: none; padding-left: 0">{rows}</ul>',
            },
        ),
        # nbgrader takes the only execute_result of a test cell, a number, as the points earned
        new_output("execute_result", data={"text/plain": str(points)}),
    ]


def _line(result: Result) -> str:
    mark = TICK if result.passed else CROSS
    points = f"{result.points:g} of {result.max_points:g}"
    return f"{mark} {result.name} ({points}) {result.message}".rstrip()
