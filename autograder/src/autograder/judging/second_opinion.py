"""A second opinion: a slip or mischief in one exercise shall not cost the others.

Where several exercises fail, each that uses another one, or may have suffered from it, is asked
again: with other inputs, in a fresh kernel in which the course's solutions stand in the cells of
the other failed ones. Only that exercise is scored there. What is right then counts as right, and
says so.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from nbformat import NotebookNode

from autograder.cells import exercise_of, is_exercise, runs_in_grading
from autograder.errors import InfrastructureError
from autograder.hidden_checks import HiddenChecks
from autograder.judging.budget import Budget
from autograder.judging.session import Session
from autograder.judging.tampering import may_tamper
from autograder.submissions.rebuild import is_learners_own
from cnnlab.check.run import Result

_OPEN = "raise NotImplementedError"

Results = dict[str, list[Result]]
OpenSession = Callable[[NotebookNode], AbstractContextManager[Session]]

# How cells and checks end that may have damaged what others need.
ENDED_PYTHON = {"crash", "timeout", "memory"}
_NOT_AGAIN = "This check passed at first, but not when it was judged a second time."


class SecondOpinion:
    """Asks the failed exercises of one notebook again, each on its own."""

    def __init__(
        self,
        checks: Mapping[str, HiddenChecks],
        notebook: NotebookNode,
        solutions: Mapping[str, str],
        open_session: OpenSession,
        budget: Budget,
    ) -> None:
        self._checks = checks
        self._notebook = notebook
        self._solutions = solutions
        self._open_session = open_session
        self._budget = budget

    def on(self, first: Results, how_cells_ended: set[str]) -> Results:
        """The `first` results, less what one exercise lost for what another did."""
        failed = [name for name, found in first.items() if not all(r.passed for r in found)]
        ended = how_cells_ended | {r.verdict for name in failed for r in first[name]}
        tampered = bool(ended & ENDED_PYTHON) or self._may_be_tampered_with(failed)
        better = dict(first)
        self._budget.begin_second_opinions()
        for exercise in failed:
            others = [name for name in failed if name != exercise and name in self._solutions]
            used = self._names_used_of(others, exercise)
            if not _something_to_win(first[exercise]) and self._is_open(exercise):
                continue
            if others and (used or tampered):
                again = self._asked_again(exercise, set(others), tampered)
                better[exercise] = _the_better(first[exercise], again, used)
        return better

    def _is_open(self, exercise: str) -> bool:
        """Whether the learner has yet to write it. What it calls may be what is not written."""
        return any(
            _OPEN in cell.source for cell in self._notebook.cells if exercise_of(cell) == exercise
        )

    def _asked_again(self, exercise: str, others: set[str], tampered: bool) -> list[Result]:
        """Empty if nobody could be asked."""
        if self._budget.left <= 0:
            return []
        notebook, sources = self._with_solutions(others, without_tampering=tampered)
        try:
            with self._open_session(notebook) as session:
                return session.results(self._checks[exercise], sources)
        except InfrastructureError:
            return []  # the first opinion stands

    def _with_solutions(
        self, others: set[str], without_tampering: bool
    ) -> tuple[NotebookNode, list[str]]:
        """The notebook with the course's answers to `others`, and the learner's part of its code.

        Shortcuts are looked for in that part alone: a solution may take them where they are none.
        """
        notebook = copy.deepcopy(self._notebook)
        sources = []
        for cell in filter(runs_in_grading, notebook.cells):
            if is_exercise(cell) and exercise_of(cell) in others:
                cell.source = self._solutions[exercise_of(cell)]
            elif without_tampering and is_learners_own(cell) and may_tamper(cell.source):
                cell.source = ""
            else:
                sources.append(cell.source)
        return notebook, sources

    def _may_be_tampered_with(self, failed: Sequence[str]) -> bool:
        return any(
            may_tamper(cell.source)
            for cell in self._notebook.cells
            if cell.cell_type == "code" and (exercise_of(cell) in failed or is_learners_own(cell))
        )

    def _names_used_of(self, others: Sequence[str], exercise: str) -> list[str]:
        """The names that `others` define and `exercise`, or a cell of no exercise, uses."""
        code = "\n".join(
            cell.source
            for cell in self._notebook.cells
            if runs_in_grading(cell) and exercise_of(cell) in (exercise, "")
        )
        words = set(re.findall(r"\w+", code))
        return [n for other in others for n in self._checks[other].exercise.names if n in words]


def _the_better(
    first: Sequence[Result], second: Sequence[Result], used: Sequence[str]
) -> list[Result]:
    """The opinion that earns more; of equals, the first.

    Of the second, what it says of failures is left out: solutions stood beside the answer.
    """
    if sum(result.points for result in second) <= sum(result.points for result in first):
        return list(first)
    with_ours = " and ".join(f"`{name}`" for name in used)
    note = f"(judged with the course's {with_ours})" if used else "(judged on its own)"
    chosen = []
    for old, new in zip(first, second, strict=True):
        if new.passed:
            chosen.append(old if old.passed else replace(new, message=note))
        else:
            chosen.append(replace(new, message=_NOT_AGAIN, detail="") if old.passed else old)
    return chosen


def _something_to_win(results: Sequence[Result]) -> bool:
    """A stub stays a stub in any kernel."""
    return any(not r.passed and r.mistake != "not_written" for r in results)
