"""Options that several subcommands share, so that they mean the same everywhere."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from argparse import SUPPRESS
from collections.abc import Sequence
from errno import EISDIR
from pathlib import Path
from typing import Any, Protocol

from autograder.course import Course
from autograder.course_packages import check_preloads
from autograder.course_plan import plan_of
from autograder.errors import InfrastructureError, UsageError
from autograder.kernels.engine import Engine
from autograder.kernels.isolation import AUTO, LEVELS
from autograder.kernels.isolation.none import WARNING, NoSandbox
from cnnlab.home import write_atomically
from cnnlab.terminal import wrap


class Row(Protocol):
    """A line of a table that `--json` can write."""

    def as_dict(self) -> dict[str, Any]: ...


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
        type=_new_file,
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


def add_engine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sandbox",
        choices=[AUTO, *LEVELS],
        default=AUTO,
        help="what stands around a submission (default: the best that this machine allows)",
    )
    # only to measure what warm kernels save
    parser.add_argument("--kernel", choices=["warm", "cold"], default="warm", help=SUPPRESS)


def engine_from(options: argparse.Namespace, course: Course) -> Engine:
    """The course's engine as the options ask for it; says so where it protects nothing."""
    check_preloads(course.packages, course.grading)
    plan = plan_of(course.grading)
    engine = Engine(options.sandbox, options.kernel == "warm", plan=plan).chosen()
    if engine.sandbox == NoSandbox.name:
        print(wrap(f"autograder: {WARNING}"), file=sys.stderr)
    elif not engine.warm:
        raise UsageError("Cold kernels run without a sandbox. Add: --sandbox none")
    return engine


def add_results(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--results",
        type=Path,
        metavar="FOLDER",
        help="where results are kept, a folder for each unit (default: graded/ beside the course)",
    )


def publish(text: str, path: Path | None, rows: Sequence[Row]) -> None:
    """Writes `rows` as JSON to `path`, if there is one, and prints `text` whether or not it can."""
    try:
        if path is not None:
            content = json.dumps([row.as_dict() for row in rows], indent=2, ensure_ascii=False)
            write_atomically(path, f"{content}\n".encode())
    except OSError as problem:
        raise InfrastructureError(
            f"{path} could not be written ({problem.strerror}); the table above is all there is. "
            "Make room, or name a file elsewhere."
        ) from problem
    finally:
        print(text, flush=True)


def _new_file(text: str) -> Path:
    """A file that can be written, tried now: nobody wants to hear of it after hours of work."""
    path = Path(text)
    try:
        if path.is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
        path.parent.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as problem:
        raise argparse.ArgumentTypeError(
            f"{text} cannot be written ({problem.strerror}); name a file in a folder of yours"
        ) from problem
    return path


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number
