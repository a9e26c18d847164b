"""Proving a unit: its solution runs and earns every point, its release runs and earns none."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from nbformat import NotebookNode

from autograder.course import Unit
from autograder.judging.graded import Graded
from autograder.judging.grading import judge_submitted, prepared
from autograder.judging.judge import furnished
from autograder.kernels.engine import Engine
from autograder.parallel import in_order
from autograder.short_training import SHORT_TRAINING
from autograder.submissions import read_built

# A cell may outlast the whole budget before it is cut off, so that the table shows by how much.
CELL_SECONDS = 900.0


@dataclass(frozen=True)
class Validated:
    """What was found for one unit; `as_dict` has the fields of `autograder validate --json`."""

    unit: str
    solution_score: float
    stub_score: float
    max_score: float
    seconds: float
    graded_seconds: float
    budget_seconds: float
    problems: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """Checks of the course that failed themselves, with what Python said."""

    @property
    def ok(self) -> bool:
        return not self.problems and not self.faults

    def as_dict(self) -> dict[str, Any]:
        return {
            "unit": self.unit,
            "solution_score": self.solution_score,
            "stub_score": self.stub_score,
            "max_score": self.max_score,
            "seconds": round(self.seconds, 1),
            "graded_seconds": round(self.graded_seconds, 1),
            "budget_seconds": self.budget_seconds,
            "ok": self.ok,
            "problems": [*self.faults, *self.problems],
        }


def validate_units(
    units: Sequence[Unit], seed: int | None, jobs: int, engine: Engine | None = None
) -> Iterator[Validated]:
    """One result for each unit, in order."""
    ready = prepared(engine, *units)
    yield from in_order(partial(validate_unit, seed=seed, engine=ready), units, jobs)


def validate_unit(unit: Unit, seed: int | None = None, engine: Engine | None = None) -> Validated:
    solution = read_built(unit, unit.source_notebook)
    release = read_built(unit, unit.release_notebook)
    problems, seconds = _run_whole(unit, solution, "the solution", engine)
    # Its experiments are the solution's, which have just been run: once through is enough.
    problems += _run_whole(unit, release, "the release", engine, before=SHORT_TRAINING)[0]
    solved = judge_submitted(unit, solution, seed, engine)
    unsolved = judge_submitted(unit, release, seed, engine)
    problems += _score_problems(solved, unsolved)
    if seconds > unit.budget_seconds:
        problems.append(f"the solution computes {seconds:.0f} s of {unit.budget_seconds:.0f} s")
    if solved.seconds > unit.graded_seconds:
        problems.append(f"grading takes {solved.seconds:.0f} s of {unit.graded_seconds:.0f} s")
    return Validated(
        unit=unit.id,
        solution_score=solved.score,
        stub_score=unsolved.score,
        max_score=solved.max_score,
        seconds=seconds,
        graded_seconds=solved.seconds,
        budget_seconds=unit.budget_seconds,
        problems=problems,
        faults=_faults(solved, unsolved),
    )


def _run_whole(
    unit: Unit, notebook: NotebookNode, what: str, engine: Engine | None, before: str = ""
) -> tuple[list[str], float]:
    """Runs every cell, as a learner who clicks Run All does; returns what failed, and the time.

    `before` is code that runs first, in the same kernel.
    """
    problems = []
    started = time.monotonic()
    with furnished(engine, unit).hiding_nothing().kernel(unit.release_notebook.parent) as kernel:
        kernel.run_cell(before, CELL_SECONDS)
        for number, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            run = kernel.run_cell(cell.source, CELL_SECONDS)
            cell.outputs = run.outputs
            if run.status != "ok":
                problems.append(f"{what}, cell {number} ({cell.id}): {run.error}")
            if not kernel.alive:
                break
    return problems, time.monotonic() - started


def _score_problems(solved: Graded, unsolved: Graded) -> list[str]:
    lost = [
        f"the solution loses {check.id}: {check.message}"
        for check in solved.results
        if not check.passed and check.verdict != "infrastructure"
    ]
    gained = [
        f"the release passes {check.id} unsolved" for check in unsolved.results if check.passed
    ]
    return lost + gained


def _faults(*graded: Graded) -> list[str]:
    """Where the course's own checks failed, which no notebook is at fault for."""
    failed = {check.id: check for one in graded for check in one.failures}
    return [f"{name}: {check.message}\n{check.traceback}" for name, check in failed.items()]
