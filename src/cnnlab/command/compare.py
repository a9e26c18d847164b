"""`cnnlab compare EXERCISE`: other right answers, once yours passes."""

from __future__ import annotations

import argparse
from typing import Any

from cnnlab.other_answers import other_answers


def add(commands: Any) -> None:
    parser = commands.add_parser("compare", help="other right answers, once yours passes")
    parser.add_argument("exercise", metavar="EXERCISE", help="such as conv2d")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    print(other_answers(options.exercise))
    return 0
