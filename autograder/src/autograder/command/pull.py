"""`autograder pull`: an edit made in the instructor notebook, back into the lesson."""

from __future__ import annotations

import argparse
from typing import Any

from autograder.authoring import pull
from autograder.command.options import new_command
from autograder.course import Course

EXAMPLES = """\
example:
  autograder pull 02_lenet         from source_notebooks/02_lenet/ into course/units/02_lenet/
  autograder build 02_lenet        then build again, so that the release has the edit
"""


def add(commands: Any) -> None:
    parser = new_command(
        commands,
        "pull",
        "Bring an edited instructor notebook back into its lesson.",
        EXAMPLES,
        run,
    )
    parser.add_argument("unit", metavar="UNIT", help="such as 02_lenet")


def run(options: argparse.Namespace) -> int:
    print(pull(Course.load(), options.unit))
    return 0
