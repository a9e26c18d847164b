"""A fork server on its way while this process imports what grading needs: both take seconds."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import suppress

from autograder.course_plan import plan_of_course
from autograder.errors import AutograderError
from autograder.kernels.forking.pool import server_for
from autograder.kernels.isolation import AUTO, LEVELS, choose

_GRADING = ("grade", "demo")


def head_start(arguments: Sequence[str]) -> None:
    """Starts it if `arguments` are those of a command that grades; whatever is wrong with them is
    for the command to say."""
    if not arguments or arguments[0] not in _GRADING:
        return
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--sandbox", default=AUTO, choices=[AUTO, *LEVELS])
    parser.add_argument("--kernel", default="warm")
    parser.add_argument("-h", "--help", action="store_true")
    with suppress(argparse.ArgumentError, AutograderError):
        options, _ = parser.parse_known_args(arguments[1:])
        if options.kernel == "warm" and not options.help:
            server_for(choose(options.sandbox), plan_of_course())
