"""`cnnlab practice [TOPIC]`: questions over the whole course, each time with other numbers."""

from __future__ import annotations

import argparse
from typing import Any


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "practice", help="questions over the course, each time with other numbers"
    )
    parser.add_argument("topic", nargs="?", metavar="TOPIC", help="such as sizes, or rapid")
    parser.add_argument("--unit", type=_unit, metavar="NN", help="only questions of this unit")
    parser.add_argument("--count", type=_positive, metavar="N", help="end after so many")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from cnnlab.practice.session import Session  # imports torch
    from cnnlab.practice.terminal import practise

    practise(Session(options.topic, options.unit), options.count)
    return 0


def _unit(text: str) -> int:
    """3 from "03" as from "03_vgg"."""
    return int(text.partition("_")[0])


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of questions; type 10, say")
    return int(text)
