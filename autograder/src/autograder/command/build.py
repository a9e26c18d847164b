"""`autograder build`: from course/ to source_notebooks/ and release/."""

from __future__ import annotations

import argparse
from typing import Any

from autograder.authoring import build
from autograder.authoring.readiness import Readiness
from autograder.command.options import add_units, new_command
from autograder.course import Course

EXAMPLES = """\
examples:
  autograder build                 build every unit
  autograder build 02_lenet        build one
  autograder build --check         change nothing; exit 1 if something is not as course/ says
"""


def add(commands: Any) -> None:
    parser = new_command(
        commands, "build", "Build the notebooks from the lessons in course/.", EXAMPLES, run
    )
    add_units(parser)
    parser.add_argument("--check", action="store_true", help="only compare, and exit 1 on drift")


def run(options: argparse.Namespace) -> int:
    course = Course.load()
    report = build(course, options.units or None, options.check, checks=Readiness(course))
    print(report)
    return report.exit_code
