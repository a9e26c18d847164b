"""Options that several subcommands share, so that they mean the same everywhere."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.errors import InfrastructureError
from cnnlab.home import write_atomically


def new_command(
    commands: Any, name: str, summary: str, details: str, run: Any
) -> argparse.ArgumentParser:
    """A subcommand whose help starts with its summary and ends with examples."""
    parser = commands.add_parser(
        name,
        help=summary,
        description=summary,
        epilog=details,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def add_units(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("units", nargs="*", metavar="UNIT", help="such as 02_lenet (all if none)")


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json",
        type=Path,
        metavar="FILE",
        help="also write the table to FILE, as a list of objects",
    )


def add_seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="draw hidden inputs from N, to repeat a run",
    )


def add_jobs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-j",
        "--jobs",
        type=_positive,
        default=1,
        metavar="N",
        help="how many at a time (default 1)",
    )


def write_json(path: Path | None, rows: Sequence[dict[str, Any]]) -> None:
    if path is None:
        return
    try:
        write_atomically(path, (json.dumps(rows, indent=2, ensure_ascii=False) + "\n").encode())
    except OSError as problem:
        raise InfrastructureError(
            f"{path} could not be written ({problem.strerror}). Name a file in a folder that you "
            "may write to."
        ) from problem


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number
