"""`cnnlab list`: the units, and how far you are in each."""

from __future__ import annotations

import argparse
from typing import Any

from cnnlab import progress
from cnnlab.catalogue import Unit, units
from cnnlab.terminal import TICK, good, table


def add(commands: Any) -> None:
    parser = commands.add_parser("list", help="the units, and how far you are in each")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    checks = progress.load()["checks"]
    rows = [
        [unit.id, unit.title, f"{unit.minutes} min", _progress(unit, checks)] for unit in units()
    ]
    print(table(["unit", "what you learn", "time", "solved"], rows, right=(2,)))
    print("\nStart one with: cnnlab get UNIT")
    return 0


def _progress(unit: Unit, checks: dict[str, Any]) -> str:
    solved = sum(bool(checks.get(e.id, {}).get("passed")) for e in unit.exercises)
    text = f"{solved} of {len(unit.exercises)}"
    return f"{text} {good(TICK)}" if solved == len(unit.exercises) else text
