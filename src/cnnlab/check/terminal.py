"""Visible checks on a notebook file: its cells are run here, without a browser."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from cnnlab import progress
from cnnlab.check.cell_runner import run_cells, runs_in_grading
from cnnlab.check.notebook import VISIBLE_SEED, describe
from cnnlab.check.registry import COURSE
from cnnlab.check.run import run_checks
from cnnlab.errors import CnnlabError
from cnnlab.learner import local_learner
from cnnlab.learner.familiar_errors import advice
from cnnlab.terminal import wrap


class NotANotebookError(CnnlabError):
    """The file cannot be read as a notebook."""


def check_notebook(path: Path, exercises: Sequence[str]) -> bool:
    """Runs the notebook's cells, prints what the checks of `exercises` find; True if all passed."""
    sources = _graded_sources(path)
    learner = local_learner(run_cells(sources, _tell), sources)
    all_passed = True
    for name in exercises:
        exercise = COURSE.find(name)
        results = run_checks(exercise, exercise.checks, learner, VISIBLE_SEED)
        passed = all(result.passed for result in results)
        progress.record_check(exercise.id, passed)
        print(describe(exercise, results, sources))
        all_passed &= passed
    return all_passed


def _graded_sources(path: Path) -> list[str]:
    """The code that exercises need: everything but experiments and the checks themselves."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return ["".join(cell["source"]) for cell in cells if runs_in_grading(cell)]
    except OSError as problem:
        raise NotANotebookError(
            f"{path} cannot be read ({problem.strerror}). Check the path."
        ) from problem
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise NotANotebookError(
            f"{path} is not a notebook, or was cut off while it was saved. Save it again in "
            "Jupyter, or name another file."
        ) from problem


def _tell(number: int, problem: Exception) -> None:
    kind, text = type(problem).__name__, str(problem)
    print(f"Cell {number} raised {kind}: {text}")
    if known := advice(kind, text):
        print(wrap(known, indent="    "))
