"""`autograder demo`: a sample class made from the answer bank, graded before your eyes."""

from __future__ import annotations

import argparse
from functools import partial
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
from autograder.command.report import write_report
from autograder.course import Course
from autograder.errors import INFRASTRUCTURE
from autograder.feedback import grade_with_feedback
from autograder.results import Run, Store, digests_of, grade_class
from autograder.results.store import has_failed
from autograder.sample_class import write_sample_class
from autograder.submissions import find_submissions

EXAMPLES = """\
The class has right, wrong, half-done and broken submissions. Each is named after what is in it.

examples:
  autograder demo
  autograder demo --keep my_class       put the class and its report there
"""


def add(commands: Any) -> None:
    parser = new_command(
        commands, "demo", "Grade a sample class made from the answer bank.", EXAMPLES, run
    )
    parser.add_argument("--unit", default="01_convolutions", metavar="UNIT")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="where the class, its results and its report go (default: demo/ beside the course)",
    )
    parser.add_argument(
        "--details", action="store_true", help="show every check of every submission"
    )
    add_engine(parser)
    add_jobs(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    unit = Course.load().unit(options.unit)
    engine = engine_from(options)
    folder = options.keep or unit.root / "demo"
    write_sample_class(unit, folder / "submitted")
    store = Store.of(unit, folder / "graded")
    with find_submissions(folder / "submitted", unit.id) as submissions, store.reserved():
        plan = Run.plan(store, submissions, partial(digests_of, unit, seed=0), force=True)
        grade = partial(grade_with_feedback, unit=unit, seed=0, engine=engine.ready())
        results = with_bar(grade_class(plan, grade, options.jobs), len(plan.due), "submission")
    shown = details(results) if options.details else class_table(results)
    title = f"A sample class of {unit.id}, “{unit.title}”:"
    publish(f"{title}\n\n{shown}\n\n{summary(results)}", options.json, results)
    report = folder / f"{unit.id}.html"
    write_report(unit, store, report)
    print(
        f"The class report: {report}\n"
        f"The notebooks: {folder / 'submitted'}; with verdicts: {store.folder}"
    )
    return INFRASTRUCTURE if any(has_failed(result) for result in results) else 0
