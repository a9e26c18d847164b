"""Follow-up errors: a slip in one exercise shall not cost the exercises that build on it.

Where several exercises fail and one of them uses another, it is asked again with the course's
version in the other's place. What is right then counts as right, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nbformat import NotebookNode

from autograder.checks.hidden import HiddenChecks
from cnnlab.check.run import Result, run_checks
from cnnlab.student import Student

Results = dict[str, list[Result]]


def forgive_follow_ups(
    checks: Mapping[str, HiddenChecks],
    results: Results,
    student: Student,
    notebook: NotebookNode,
    seed: int,
) -> Results:
    """`results`, in which no exercise lost points for a mistake made in another one."""
    failed = [todo for todo, found in results.items() if not all(r.passed for r in found)]
    forgiven = dict(results)
    for todo in failed:
        others = [name for other in failed if other != todo for name in checks[other].todo.names]
        used = _names_used(others, notebook, todo, set(checks))
        if not used:
            continue
        student.lend(used)
        again = run_checks(checks[todo].todo, checks[todo].checks, student, seed)
        student.take_back()
        note = "judged with the course's " + " and ".join(f"`{name}`" for name in used)
        forgiven[todo] = [
            replace(second, message=f"({note})") if second.passed and not first.passed else first
            for first, second in zip(results[todo], again, strict=True)
        ]
    return forgiven


def _names_used(
    names: Sequence[str], notebook: NotebookNode, todo: str, todos: set[str]
) -> list[str]:
    """Which of `names` stand in the code of `todo` or in cells that belong to no exercise."""
    code = "\n".join(
        cell.source
        for cell in notebook.cells
        if cell.cell_type == "code"
        and _exercise(cell) not in todos - {todo}
        and not cell.metadata.get("nbgrader", {}).get("grade")
        and "explore" not in cell.metadata.get("tags", [])
    )
    return [name for name in names if re.search(rf"\b{re.escape(name)}\b", code)]


def _exercise(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
