"""The `cnnlab` command: what a student types. Nothing heavy is imported until it is needed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from cnnlab.command import check, data, doctor, get, hint, reset, units
from cnnlab.errors import CnnlabError

FIRST_STEPS = """\
first steps:
  cnnlab list                   the units, and how far you are
  cnnlab get 01_convolutions    copy a unit's notebook here, without a network
  cnnlab check 01_convolutions  run the visible checks on your notebook
  cnnlab hint conv2d            the next hint for an exercise
  cnnlab doctor                 if something does not work

exit codes: 0 all well; 1 something did not pass; 2 wrong usage; 3 something outside failed
"""

WRONG_USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one subcommand and returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="cnnlab",
        description="Learn convolutional networks by writing them.",
        epilog=FIRST_STEPS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in (units, get, check, hint, reset, doctor, data):
        module.add(commands)
    options = parser.parse_args(argv)
    try:
        return options.run(options)
    except CnnlabError as problem:
        print(f"cnnlab: {problem}", file=sys.stderr)
        return WRONG_USAGE
    except OSError as problem:
        print(
            f"cnnlab: {problem.filename or 'a file'} could not be read or written "
            f"({problem.strerror}). Check that the folder exists, is yours, and has room.",
            file=sys.stderr,
        )
        return 3
    except KeyboardInterrupt:
        print("\ncnnlab: stopped.", file=sys.stderr)
        return 130
