"""The `autograder` command: one module for each subcommand, each with `add` and `run`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from autograder.command import answers, build, demo, grade, pull, validate
from autograder.errors import WRONG_USAGE
from cnnlab.errors import CnnlabError

EXIT_CODES = """\
exit codes: 0 all done and well; 1 done, something did not pass; 2 wrong usage; 3 infrastructure

a usual day:
  autograder build                          after editing course/units/…/lesson.py
  autograder answers 02_lenet               are the checks right?
  autograder validate                       does every unit run, in time, for full marks?
  autograder grade submitted --unit 02_lenet
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one subcommand and returns its exit code."""
    parser = _parser()
    options = parser.parse_args(argv)
    try:
        return options.run(options)
    except CnnlabError as problem:
        print(f"autograder: {problem}", file=sys.stderr)
        return getattr(problem, "exit_code", WRONG_USAGE)
    except KeyboardInterrupt:
        print("\nautograder: stopped. What was written is whole.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autograder",
        description="Builds the course and grades its notebooks.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in (build, pull, validate, answers, grade, demo):
        module.add(commands)
    return parser
