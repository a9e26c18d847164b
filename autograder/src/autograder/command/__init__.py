"""The `autograder` command: one module for each subcommand, each with `add` and `run`."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from autograder.command.head_start import head_start
from cnnlab.command.ending import run_command

EXIT_CODES = """\
exit codes: 0 all done and well; 1 done, something did not pass; 2 wrong usage; 3 infrastructure

a usual day:
  autograder build                          after editing course/units/…/lesson.py
  autograder answers 02_lenet               are the checks right?
  autograder validate                       does every unit run, in time, for full marks?
  autograder grade submitted --unit 02_lenet
  autograder report 02_lenet
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one subcommand and returns its exit code."""

    # What numpy computes here is small. With one thread this process can be copied to grade many
    # submissions at a time, see parallel.py.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

    def run() -> int:
        if argv is not None:
            options = _parser().parse_args(argv)
        else:
            head_start(sys.argv[1:])
            with _no_search_for_garbage():
                options = _parser().parse_args()
        return options.run(options)

    return run_command("autograder", run)


@contextmanager
def _no_search_for_garbage() -> Iterator[None]:
    """What is imported meanwhile stays. To search it takes a fifth of the time to import it, and
    at the end of the process half a second."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _parser() -> argparse.ArgumentParser:
    # Imported here, for it takes seconds, in which Ctrl-C should not end in a traceback.
    from autograder.command import (
        answers,
        build,
        demo,
        doctor,
        export,
        grade,
        init,
        new,
        pull,
        report,
        validate,
    )

    parser = argparse.ArgumentParser(
        prog="autograder",
        description="Builds the course and grades its notebooks.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in (build, pull, new, init, validate, answers, grade, report, export, demo, doctor):
        module.add(commands)
    return parser
