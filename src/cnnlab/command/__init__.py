"""The `cnnlab` command: what a student types. Nothing heavy is imported until it is needed."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from cnnlab import __version__
from cnnlab.command import check, compare, data, doctor, get, hint, practice, reset, units
from cnnlab.command.ending import WRONG_USAGE, run_command
from cnnlab.overview import my_progress

FIRST_STEPS = """\
first steps:
  cnnlab list                   the units, and how far you are
  cnnlab get 01_convolutions    copy a unit's notebook here, without a network
  cnnlab check 01_convolutions  run the visible checks on your notebook
  cnnlab hint conv2d            the next hint for an exercise
  cnnlab compare conv2d         other right answers, once yours passes
  cnnlab practice               questions, each time with other numbers
  cnnlab doctor                 if something does not work

exit codes: 0 all well; 1 something did not pass; 2 wrong usage; 3 something outside failed
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one subcommand and returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="cnnlab",
        description="Learn convolutional networks by writing them.",
        epilog=FIRST_STEPS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"cnnlab {__version__}")
    parser.set_defaults(run=_greet)
    commands = parser.add_subparsers(metavar="COMMAND")
    for module in (units, get, check, hint, compare, practice, reset, doctor, data):
        module.add(commands)

    def run() -> int:
        options = parser.parse_args(argv)
        return options.run(options)

    return run_command("cnnlab", run)


def _greet(_: argparse.Namespace) -> int:
    """What `cnnlab` alone says: where one stands, and what to type next."""
    print(f"cnnlab {__version__}. {my_progress().summary()}\n\n{FIRST_STEPS}", end="")
    return WRONG_USAGE
