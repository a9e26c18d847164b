"""`autograder demo`: a sample class made from the answer bank, graded before your eyes."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from autograder.command.class_table import class_table, details, summary
from autograder.command.options import (
    add_engine,
    add_jobs,
    add_json,
    engine_from,
    new_command,
    publish,
)
from autograder.command.progress import with_bar
from autograder.course import Course
from autograder.errors import INFRASTRUCTURE
from autograder.grading import grade_all
from autograder.sample_class import write_sample_class
from autograder.submissions import find_submissions

EXAMPLES = """\
The class has right, wrong, half-done and broken submissions. Each is named after what is in it.

examples:
  autograder demo
  autograder demo --keep my_class       leave the notebooks there to look at
"""


def add(commands: Any) -> None:
    parser = new_command(
        commands, "demo", "Grade a sample class made from the answer bank.", EXAMPLES, run
    )
    parser.add_argument("--unit", default="01_convolutions", metavar="UNIT")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write the class to FOLDER")
    parser.add_argument(
        "--details", action="store_true", help="show every check of every submission"
    )
    add_engine(parser)
    add_jobs(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    unit = Course.load().unit(options.unit)
    engine = engine_from(options)
    with tempfile.TemporaryDirectory(prefix="cnnlab-demo-") as temporary:
        folder = options.keep or Path(temporary)
        write_sample_class(unit, folder)
        with find_submissions(folder, unit.id) as submissions:
            graded = grade_all(unit, submissions, seed=0, jobs=options.jobs, engine=engine)
            results = with_bar(graded, len(submissions), "submission")
    shown = details(results) if options.details else class_table(results)
    title = f"A sample class of {unit.id}, “{unit.title}”:"
    publish(f"{title}\n\n{shown}\n\n{summary(results)}", options.json, results)
    if options.keep:
        print(
            f"The notebooks are in {folder}. Grade them again: "
            f"autograder grade {folder} --unit {unit.id}"
        )
    broken = any(v.result.verdict == "infrastructure" for r in results for v in r.verdicts)
    return INFRASTRUCTURE if broken else 0
