"""`autograder new`: the skeletons of an exercise or of a unit."""

from __future__ import annotations

import argparse
from typing import Any

from autograder.authoring.new_exercise import new_exercise
from autograder.authoring.new_unit import new_unit
from autograder.command.options import new_command
from autograder.course import Course

EXAMPLES = """\
An exercise is one name in one place for each audience. This writes a skeleton of each part that is
not there yet, and marks in it what is to be written; `autograder build` names every mark.

examples:
  autograder new 02_lenet softmax         an exercise of a unit that is there
  autograder new 09_detection             a unit that is not
"""


def add(commands: Any) -> None:
    parser = new_command(
        commands, "new", "Write the skeletons of an exercise, or of a unit.", EXAMPLES, run
    )
    parser.add_argument("unit", metavar="UNIT", help="such as 02_lenet")
    parser.add_argument("exercise", nargs="?", metavar="EXERCISE", help="a Python name")


def run(options: argparse.Namespace) -> int:
    course = Course.load()
    if options.exercise is None:
        print(new_unit(course, options.unit))
    else:
        print(new_exercise(course, options.unit, options.exercise))
    return 0
