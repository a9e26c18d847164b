"""`cnnlab hint EXERCISE`: one more hint each time."""

from __future__ import annotations

import argparse
from typing import Any

from cnnlab.hints import open_next


def add(commands: Any) -> None:
    parser = commands.add_parser("hint", help="the next hint for an exercise")
    parser.add_argument("exercise", metavar="EXERCISE", help="such as conv2d")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    print(open_next(options.exercise))
    return 0
