"""Judging one notebook: from a rebuilt submission to a verdict on every hidden check."""

from __future__ import annotations

import time
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.course import Unit
from autograder.hidden_checks import hidden_checks
from autograder.judge.one_core import use_one_core
from autograder.judge.second_opinion import SecondOpinion
from autograder.judge.session import Session
from autograder.kernels.engine import Engine
from autograder.kernels.limits import Limits
from cnnlab.check.run import Result


@dataclass(frozen=True)
class Verdict:
    """The judge's word on one hidden check of one TODO."""

    todo: str
    number: int
    result: Result

    @property
    def id(self) -> str:
        return f"{self.todo}.{self.number}"


@dataclass(frozen=True)
class Judgement:
    """All verdicts on one notebook, which now carries the outputs of the cells that were run."""

    notebook: NotebookNode
    verdicts: list[Verdict]
    seconds: float
    seed: int

    @property
    def score(self) -> float:
        return round(sum(verdict.result.points for verdict in self.verdicts), 2)

    @property
    def max_score(self) -> float:
        return round(sum(verdict.result.max_points for verdict in self.verdicts), 2)

    def of(self, todo: str) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.todo == todo]


def judge(
    unit: Unit,
    notebook: NotebookNode,
    seed: int,
    limits: Limits | None = None,
    engine: Engine | None = None,
) -> Judgement:
    """Runs `notebook` in a kernel of its own and puts every hidden check of `unit` to it."""
    use_one_core()
    started = time.monotonic()
    checks = hidden_checks(unit)

    def new_session(of: NotebookNode) -> Session:
        return Session(
            of, unit.release_notebook.parent, limits or Limits(), engine or Engine(), seed
        )

    with new_session(notebook) as session:
        first = {todo: session.put(hidden) for todo, hidden in checks.items()}
        results = SecondOpinion(checks, notebook, new_session).on(first, session)
        for index, run in session.runs.items():
            notebook.cells[index].outputs = run.outputs
    verdicts = [
        Verdict(todo, number, result)
        for todo, found in results.items()
        for number, result in enumerate(found, start=1)
    ]
    return Judgement(notebook, verdicts, time.monotonic() - started, seed)
