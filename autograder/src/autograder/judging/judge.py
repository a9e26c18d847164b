"""Judging one notebook: from a rebuilt submission to a result of every hidden check."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from nbformat import NotebookNode

from autograder.cells import in_lesson_order, sources_in_grading
from autograder.course import Unit
from autograder.course_plan import plan_of
from autograder.hidden_checks import hidden_checks
from autograder.judging.budget import Budget
from autograder.judging.graded import Graded
from autograder.judging.one_core import use_one_core
from autograder.judging.running import RunningNotebook
from autograder.judging.second_opinion import SecondOpinion
from autograder.judging.session import Session
from autograder.kernels.engine import Engine
from autograder.kernels.limits import Limits
from autograder.solutions import solutions
from autograder.submissions import read_built


def judge(
    unit: Unit,
    notebook: NotebookNode,
    seed: int,
    limits: Limits | None = None,
    engine: Engine | None = None,
) -> Graded:
    """Runs `notebook` in a kernel of its own and puts every hidden check of `unit` to it.

    The notebook carries the outputs of its cells afterwards.
    """
    use_one_core()
    started = time.monotonic()
    release = read_built(unit, unit.release_notebook)
    checks = in_lesson_order(release, hidden_checks(unit))
    budget = Budget(limits or Limits())

    def running(of: NotebookNode, seed: int) -> RunningNotebook:
        files = unit.release_notebook.parent
        return RunningNotebook(of, files, furnished(engine, unit), budget, seed)

    @contextmanager
    def fresh_session(of: NotebookNode) -> Iterator[Session]:
        with running(of, _other(seed)) as again:
            yield Session(again, budget, _other(seed))

    with running(notebook, seed) as first:
        session = Session(first, budget, seed)
        sources = sources_in_grading(notebook)
        found = {name: session.results(hidden, sources) for name, hidden in checks.items()}
    for index, run in first.runs.items():
        notebook.cells[index].outputs = run.outputs
    opinion = SecondOpinion(checks, notebook, solutions(unit), fresh_session, budget)
    final = opinion.on(found, {run.status for run in first.runs.values()})
    return Graded(
        student="",
        unit=unit.id,
        results=[result for results in final.values() for result in results],
        seconds=time.monotonic() - started,
        seed=seed,
        notebook=notebook,
    )


def furnished(engine: Engine | None, unit: Unit) -> Engine:
    """The engine for kernels of this unit's course."""
    return replace(engine or Engine(), plan=plan_of(unit.grading))


def _other(seed: int) -> int:
    """A seed for second opinions: what was seen at first shall not help."""
    return (seed + 1) % 2**32
