"""`autograder answers`: the checks, tested by right and wrong answers."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from autograder.answers import Row, evaluate_units, read_bank
from autograder.authoring.freshness import refuse_outdated
from autograder.command.options import add_json, add_seed, add_units, new_command, publish
from autograder.command.progress import with_bar
from autograder.course import Course, Unit
from autograder.errors import DONE_BUT_NOT_PASSED, INFRASTRUCTURE, UnknownExerciseError
from autograder.hidden_checks import hidden_checks
from cnnlab.terminal import CROSS, TICK, bad, good, table

EXAMPLES = """\
Every answer stands in a whole notebook, as learners hand it in. A right one must pass every check.
A wrong one must lose the points that the bank states, and be told of the mistake that it makes.
Hidden checks draw their inputs three times: the points must be the same.

examples:
  autograder answers                      every unit, one line for each exercise
  autograder answers 02_lenet --all       one line for each answer
  autograder answers 02_lenet --exercise softmax
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
    parser.add_argument("--exercise", metavar="NAME", help="only the answers to this exercise")
    parser.add_argument("--all", action="store_true", help="show every answer, not only surprises")


def run(options: argparse.Namespace) -> int:
    course = Course.load()
    units = course.select(options.units)
    for unit in units:
        hidden_checks(unit)  # a course whose code fails is told where, built or not
    refuse_outdated(course, units)
    total = _count(units, options.exercise)
    seed = 0 if options.seed is None else options.seed
    found = evaluate_units(units, seed, exercise=options.exercise)
    rows = with_bar(found, total, "answer")
    shown = rows if options.all else [row for row in rows if not row.ok]
    tables = [_by_exercise(rows), *([_by_answer(shown)] if shown else [])]
    parts = [*tables, *_surprises(rows), *_faults(rows)]
    publish("\n\n".join([*parts, _error_rates(rows)]), options.json, rows)
    if any(row.faults for row in rows):
        return INFRASTRUCTURE
    return 0 if rows and all(row.ok for row in rows) else DONE_BUT_NOT_PASSED


def _count(units: Sequence[Unit], exercise: str | None) -> int:
    """How many answers there are, to that exercise or to all."""
    asked = [answer.exercise for unit in units for answer in read_bank(unit)]
    if exercise is None:
        return len(asked)
    if exercise not in asked:
        raise UnknownExerciseError(exercise, list(dict.fromkeys(asked)))
    return asked.count(exercise)


def _by_exercise(rows: Sequence[Row]) -> str:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.answer.unit, row.answer.exercise), []).append(row)
    lines = []
    for (unit, exercise), group in groups.items():
        right = sum(row.answer.right for row in group)
        as_stated = sum(row.ok for row in group)
        mark = good(TICK) if as_stated == len(group) else bad(CROSS)
        count = f"{as_stated} of {len(group)} {mark}"
        lines.append([unit, exercise, right, len(group) - right, count])
    return table(["unit", "exercise", "right", "wrong", "as stated"], lines, right=(2, 3))


def _by_answer(rows: Sequence[Row]) -> str:
    lines = [
        [
            good(TICK) if row.ok else bad(CROSS),
            row.answer.exercise,
            row.answer.kind,
            row.answer.name,
            _points(row),
            row.mistake,
            "" if row.mistake == row.answer.mistake else row.answer.mistake,
        ]
        for row in rows
    ]
    return table(
        ["", "exercise", "kind", "answer", "points", "mistake", "expected"], lines, right=(4,)
    )


def _points(row: Row) -> str:
    """Where other inputs give other points, those of each seed."""
    seen = row.points_by_seed if row.is_lottery else row.points_by_seed[:1]
    return f"{' or '.join(f'{points:g}' for points in seen)}/{row.max_points:g}"


def _surprises(rows: Sequence[Row]) -> list[str]:
    """For each answer that is not as the bank states, what it is not, and what learners read."""
    return [
        f"{bad(CROSS)} {row.answer.exercise}, “{row.answer.name}”: {'; '.join(row.unlike)}."
        + (f"\n  It is told: {row.message}" if row.message else "")
        for row in rows
        if row.unlike and not row.faults
    ]


def _faults(rows: Sequence[Row]) -> list[str]:
    """What Python said where a check of the course failed itself; each check once."""
    faults = {fault.id: fault for row in rows for fault in row.faults}
    return [
        f"{bad(CROSS)} The course's own check {name} (“{fault.name}”) failed:\n{fault.traceback}"
        for name, fault in faults.items()
    ]


def _error_rates(rows: Sequence[Row]) -> str:
    """How often a right answer loses, and how often a wrong one is not caught for what it is."""
    right = [row for row in rows if row.answer.right]
    wrong = [row for row in rows if not row.answer.right]
    refused, missed = sum(not row.ok for row in right), sum(not row.ok for row in wrong)
    exercises = len({(row.answer.unit, row.answer.exercise) for row in rows})
    to_exercises = f"{exercises} exercise{'' if exercises == 1 else 's'}"
    lottery = sum(row.is_lottery for row in rows)
    by_chance = f" Other points with other inputs: {lottery}." if lottery else ""
    return (
        f"{len(rows)} answers to {to_exercises}. Right answers refused: {refused} of "
        f"{len(right)}. Wrong answers not caught or misnamed: {missed} of {len(wrong)}.{by_chance}"
    )
