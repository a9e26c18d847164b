"""A second opinion: a slip or mischief in one exercise shall not cost the others.

Where several exercises fail, each is asked again with the course's version in the place of the
other failed ones that it uses. Where a cell may have tampered with the kernel, or killed it, that
happens in a kernel in which the other failed exercises have never run. What is right then counts
as right, and says so.
"""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from nbformat import NotebookNode

from autograder.errors import InfrastructureError
from autograder.hidden_checks import HiddenChecks
from autograder.judge.session import Session, runs_in_grading
from autograder.judge.suspects import meddles
from autograder.submissions.rebuild import is_learners_own
from cnnlab.check.run import Result
from cnnlab.learner import NoAnswer

Results = dict[str, list[Result]]
NewSession = Callable[[NotebookNode], AbstractContextManager[Session]]

SECONDS_FOR_ALL = 90.0  # for further kernels, whatever a submission does
ENDED_PYTHON = {"crash", "timeout", "memory"}


class SecondOpinion:
    """Asks the failed exercises of one notebook again, each on its own."""

    def __init__(
        self,
        checks: Mapping[str, HiddenChecks],
        notebook: NotebookNode,
        new_session: NewSession,
    ) -> None:
        self._checks = checks
        self._notebook = notebook
        self._new_session = new_session
        self._until = time.monotonic() + SECONDS_FOR_ALL

    def on(self, results: Results, first: Session) -> Results:
        """`results` of the `first` session, less what one exercise lost for what another did."""
        failed = [todo for todo, found in results.items() if not all(r.passed for r in found)]
        if len(failed) < 2:
            return results
        ended = {run.status for run in first.runs.values()}
        ended |= {result.verdict for todo in failed for result in results[todo]}
        tampered = bool(ended & ENDED_PYTHON) or self._may_be_tampered_with(failed)
        better = dict(results)
        for todo in failed:
            alone = self._without(set(failed) - {todo}, also_meddling=tampered)
            names = self._names_used([t for t in failed if t != todo], alone, todo)
            if tampered and _something_to_win(results[todo]):
                again = self._ask_in_a_new_kernel(todo, names, alone)
            elif names:
                again = self._ask(todo, names, first, _code(alone))
            else:
                continue
            better[todo] = _the_better(results[todo], again, names)
        return better

    def _ask_in_a_new_kernel(
        self, todo: str, names: Sequence[str], notebook: NotebookNode
    ) -> list[Result]:
        if time.monotonic() > self._until:
            return []
        try:
            with self._new_session(notebook) as session:
                return self._ask(todo, names, session, _code(notebook))
        except InfrastructureError:
            return []  # the first opinion stands

    def _ask(
        self, todo: str, names: Sequence[str], session: Session, sources: Sequence[str]
    ) -> list[Result]:
        try:
            return session.put(self._checks[todo], sources, lent=names)
        except NoAnswer:
            return []

    def _may_be_tampered_with(self, failed: Sequence[str]) -> bool:
        return any(
            meddles(cell.source)
            for cell in self._notebook.cells
            if _is_code(cell) and (self._belongs_to(cell) in failed or is_learners_own(cell))
        )

    def _without(self, others: set[str], also_meddling: bool) -> NotebookNode:
        """The notebook without the answers to `others`, and without meddling cells between."""
        notebook = copy.deepcopy(self._notebook)
        for cell in notebook.cells:
            owner = self._belongs_to(cell)
            meddling = is_learners_own(cell) and meddles(cell.source)
            if _is_code(cell) and (owner in others or (also_meddling and meddling)):
                cell.source = ""
        return notebook

    def _belongs_to(self, cell: NotebookNode) -> str:
        """The exercise whose answer stands in this cell, or nothing."""
        owner = str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        return owner if owner in self._checks else ""

    def _names_used(self, others: Sequence[str], notebook: NotebookNode, todo: str) -> list[str]:
        """The names that the failed `others` define and `todo`, or a cell of no exercise, uses."""
        code = "\n".join(
            cell.source
            for cell in notebook.cells
            if _is_code(cell) and runs_in_grading(cell) and self._belongs_to(cell) in (todo, "")
        )
        names = [name for other in others for name in self._checks[other].exercise.names]
        return [name for name in names if re.search(rf"\b{re.escape(name)}\b", code)]


def _the_better(
    first: Sequence[Result], second: Sequence[Result], names: Sequence[str]
) -> list[Result]:
    if not second:
        return list(first)
    with_ours = " and ".join(f"`{name}`" for name in names)
    note = f"judged with the course's {with_ours}" if names else "judged on its own"
    return [
        replace(new, message=f"({note})") if new.passed and not old.passed else old
        for old, new in zip(first, second, strict=True)
    ]


def _something_to_win(results: Sequence[Result]) -> bool:
    """A stub stays a stub in any kernel."""
    return any(not r.passed and r.mistake != "not_written" for r in results)


def _is_code(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code")


def _code(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if _is_code(cell)]
