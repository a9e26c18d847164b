"""`autograder answers`: the checks, tested by right and wrong answers."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from autograder.answers import Row, evaluate_units, read_bank
from autograder.command.options import add_json, add_seed, add_units, new_command, publish
from autograder.command.progress import with_bar
from autograder.course import Course
from autograder.errors import DONE_BUT_NOT_PASSED
from cnnlab.terminal import CROSS, TICK, bad, good, table

EXAMPLES = """\
A right answer must pass every check. A wrong one must lose the points that the bank states and
receive the diagnosis that names its misconception.

examples:
  autograder answers                      every unit, one line for each exercise
  autograder answers 02_lenet --all       one line for each answer
"""


def add(commands: Any) -> None:
    parser = new_command(
        commands,
        "answers",
        "Test the checks with the bank of right and wrong answers.",
        EXAMPLES,
        run,
    )
    add_units(parser)
    add_json(parser)
    add_seed(parser)
    parser.add_argument("--all", action="store_true", help="show every answer, not only surprises")


def run(options: argparse.Namespace) -> int:
    units = Course.load().select(options.units)
    total = sum(len(read_bank(unit)) for unit in units)
    seed = 0 if options.seed is None else options.seed
    rows = with_bar(evaluate_units(units, seed), total, "answer")
    shown = rows if options.all else [row for row in rows if not row.ok]
    parts = [_by_todo(rows), *([_by_answer(shown)] if shown else []), _error_rates(rows)]
    publish("\n\n".join(parts), options.json, rows)
    return 0 if rows and all(row.ok for row in rows) else DONE_BUT_NOT_PASSED


def _by_todo(rows: Sequence[Row]) -> str:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.unit, row.todo), []).append(row)
    lines = []
    for (unit, todo), group in groups.items():
        right = sum(row.kind == "right" for row in group)
        as_stated = sum(row.ok for row in group)
        mark = good(TICK) if as_stated == len(group) else bad(CROSS)
        lines.append([unit, todo, right, len(group) - right, f"{as_stated} of {len(group)} {mark}"])
    return table(["unit", "todo", "right", "wrong", "as stated"], lines, right=(2, 3))


def _by_answer(rows: Sequence[Row]) -> str:
    lines = [
        [
            good(TICK) if row.ok else bad(CROSS),
            row.todo,
            row.kind,
            row.answer,
            f"{row.points:g}/{row.max_points:g}",
            row.diagnosis,
            "" if row.diagnosis == row.expected_diagnosis else row.expected_diagnosis,
        ]
        for row in rows
    ]
    return table(
        ["", "todo", "kind", "answer", "points", "diagnosis", "expected"], lines, right=(4,)
    )


def _error_rates(rows: Sequence[Row]) -> str:
    """How often a right answer loses, and how often a wrong one is not caught for what it is."""
    right = [row for row in rows if row.kind == "right"]
    wrong = [row for row in rows if row.kind == "wrong"]
    refused, missed = sum(not row.ok for row in right), sum(not row.ok for row in wrong)
    todos = len({(row.unit, row.todo) for row in rows})
    return (
        f"{len(rows)} answers to {todos} TODOs. Right answers refused: {refused} of {len(right)}. "
        f"Wrong answers not caught or misnamed: {missed} of {len(wrong)}."
    )
