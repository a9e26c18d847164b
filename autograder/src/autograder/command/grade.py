"""`autograder grade`: a class, a folder, a zip or one notebook."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.command.class_table import class_table, details, summary
from autograder.command.options import (
    add_engine,
    add_jobs,
    add_json,
    add_seed,
    engine_from,
    new_command,
    publish,
)
from autograder.command.progress import with_bar
from autograder.course import Course
from autograder.errors import DONE_BUT_NOT_PASSED, INFRASTRUCTURE
from autograder.grading import Graded, grade_all
from autograder.submissions import find_submissions, read_built, read_notebook

EXAMPLES = """\
PATH is nbgrader's folder of submissions (<student>/<unit>/<unit>.ipynb), a folder or zip of
notebooks, or one notebook. Every submission gets a result, whatever is in it.

examples:
  autograder grade submitted --unit 02_lenet -j 2
  autograder grade moodle-download.zip --unit 02_lenet --json results.json
  autograder grade one.ipynb --unit 02_lenet --details
"""


def add(commands: Any) -> None:
    parser = new_command(commands, "grade", "Grade submissions of one unit.", EXAMPLES, run)
    parser.add_argument("path", type=Path, metavar="PATH", help="folder, zip or notebook")
    parser.add_argument("--unit", required=True, metavar="UNIT", help="such as 02_lenet")
    add_engine(parser)
    parser.add_argument(
        "--details", action="store_true", help="show every check of every submission"
    )
    add_jobs(parser)
    add_json(parser)
    add_seed(parser)


def run(options: argparse.Namespace) -> int:
    unit = Course.load().unit(options.unit)
    read_built(
        unit, unit.release_notebook
    )  # a course that is not built is no learner's fault, and is said first
    if options.path.is_file() and options.path.suffix != ".zip":
        read_notebook(options.path)  # one file that is no notebook is a slip of who typed it
    engine = engine_from(options)
    with find_submissions(options.path, unit.id) as submissions:
        graded = grade_all(unit, submissions, options.seed, options.jobs, engine)
        results = with_bar(graded, len(submissions), "submission")
    shown = details(results) if options.details else class_table(results)
    publish(f"{shown}\n\n{summary(results)}", options.json, results)
    return exit_code(results)


def exit_code(results: Sequence[Graded]) -> int:
    verdicts = {verdict.result.verdict for result in results for verdict in result.verdicts}
    if "infrastructure" in verdicts:
        return INFRASTRUCTURE
    return 0 if verdicts <= {"pass"} else DONE_BUT_NOT_PASSED
