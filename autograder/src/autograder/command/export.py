"""`autograder export`: scores for other programs, or an autograder for Gradescope."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from autograder.command.options import add_results, new_command
from autograder.course import Course
from autograder.export import FORMS, write_gradescope_zip
from autograder.results import Store
from cnnlab.home import write_atomically

EXAMPLES = """\
csv, canvas and moodle write the scores that `autograder grade` found. gradescope writes the zip
to upload as the autograder of a programming assignment; it needs no results.

examples:
  autograder export csv 02_lenet > scores.csv
  autograder export canvas 02_lenet -o canvas.csv
  autograder export gradescope 02_lenet -o autograder.zip
"""


def add(commands: Any) -> None:
    parser = new_command(commands, "export", "Write scores for other programs.", EXAMPLES, run)
    parser.add_argument("form", choices=[*FORMS, "gradescope"])
    parser.add_argument("unit", metavar="UNIT", help="such as 02_lenet")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="default: on the screen, or UNIT.zip"
    )
    add_results(parser)


def run(options: argparse.Namespace) -> int:
    course = Course.load()
    unit = course.unit(options.unit)
    if options.form == "gradescope":
        path = options.output or Path(f"gradescope_{unit.id}.zip")
        write_gradescope_zip(course, unit, path)
        print(f"The autograder of {unit.id} is in {path}. Upload it under Configure Autograder.")
        return 0
    written = FORMS[options.form](unit, Store.of(unit, options.results).all())
    if options.output:
        # Spreadsheets on Windows know UTF-8 by this mark only.
        write_atomically(options.output, written.encode("utf-8-sig", "replace"))
        print(f"The scores of {unit.id} are in {options.output}.")
    else:
        sys.stdout.write(written.replace("\r\n", "\n"))
    return 0
