"""`cnnlab list`: the units, and how far you are in each."""

from __future__ import annotations

import argparse
from typing import Any

from cnnlab.overview import my_progress
from cnnlab.terminal import TICK, good


def add(commands: Any) -> None:
    parser = commands.add_parser("list", help="the units, and how far you are in each")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    print(my_progress().table(tick=good(TICK)))
    print("\nStart one with: cnnlab get UNIT")
    return 0
