"""`autograder validate`: every solution passes, every stub fails, each within its budget."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from autograder.authoring.freshness import refuse_outdated
from autograder.command.options import (
    add_engine,
    add_jobs,
    add_json,
    add_seed,
    add_units,
    engine_from,
    new_command,
    publish,
)
from autograder.command.progress import with_bar
from autograder.course import Course
from autograder.errors import DONE_BUT_NOT_PASSED, INFRASTRUCTURE
from autograder.validation import Validated, validate_units
from cnnlab.terminal import CROSS, TICK, bad, good, table

EXAMPLES = """\
Runs both notebooks of a unit whole, as a learner who clicks Run All does, and grades them. The
solution must earn every point and the release none, without an error, within the unit's budget.
The release's experiments are the solution's: they run with fewer batches the second time.

examples:
  autograder validate                 every unit
  autograder validate 02_lenet -j 2
"""


def add(commands: Any) -> None:
    parser = new_command(
        commands,
        "validate",
        "Prove that solutions pass, stubs fail, and both in time.",
        EXAMPLES,
        run,
    )
    add_units(parser)
    add_engine(parser)
    add_jobs(parser)
    add_json(parser)
    add_seed(parser)


def run(options: argparse.Namespace) -> int:
    course = Course.load()
    units = course.select(options.units)
    refuse_outdated(course, units)
    found = validate_units(units, options.seed, options.jobs, engine_from(options, course))
    results = with_bar(found, len(units), "unit")
    problems = [
        f"{CROSS} {result.unit}: {problem}"
        for result in results
        for problem in [*result.faults, *result.problems]
    ]
    publish("\n".join([_table(results), *problems]), options.json, results)
    if any(result.faults for result in results):
        return INFRASTRUCTURE
    return 0 if all(result.ok for result in results) else DONE_BUT_NOT_PASSED


def _table(results: Sequence[Validated]) -> str:
    rows = [
        [
            result.unit,
            f"{result.solution_score:g}/{result.max_score:g}",
            f"{result.stub_score:g}",
            f"{result.seconds:.0f} s",
            f"{result.budget_seconds:.0f} s",
            f"{result.graded_seconds:.1f} s",
            good(TICK) if result.ok else bad(CROSS),
        ]
        for result in results
    ]
    return table(
        ["unit", "solution", "stub", "computing", "budget", "graded", ""],
        rows,
        right=(1, 2, 3, 4, 5),
    )
