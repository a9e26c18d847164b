"""`autograder init`: a course of your own, of any subject."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from autograder.authoring.new_course import new_course
from autograder.command.options import new_command

EXAMPLES = """\
The new course has one unit with one exercise, and builds, validates and grades as it is. The
package that learners install is called as the folder is.

example:
  autograder init signals_course
"""


def add(commands: Any) -> None:
    parser = new_command(commands, "init", "Begin a course of your own.", EXAMPLES, run)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="is not there yet, or empty")


def run(options: argparse.Namespace) -> int:
    print(new_course(options.folder))
    return 0
