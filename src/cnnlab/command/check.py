"""`cnnlab check UNIT`: the visible checks on your notebook, from a terminal."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from cnnlab.catalogue import find_unit
from cnnlab.command.find import learners_notebook


def add(commands: Any) -> None:
    parser = commands.add_parser("check", help="run the visible checks on your notebook")
    parser.add_argument("unit", metavar="UNIT", help="such as 02_lenet, or just 02")
    parser.add_argument("notebook", nargs="?", type=Path, help="if it is not in the usual place")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    unit = find_unit(options.unit)
    notebook = options.notebook or learners_notebook(unit)
    from cnnlab.check.terminal import check_notebook  # imports torch

    return 0 if check_notebook(notebook, [e.id for e in unit.exercises]) else 1
