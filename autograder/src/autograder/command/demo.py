"""`autograder demo`: a sample class made from the answer bank, graded before your eyes."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Any

from autograder.command.class_table import class_table, details, failures, summary, to_look_at
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
from autograder.feedback import feedback_notebook
from autograder.hostile import corpus
from autograder.hostile.corpus import UNIT as HOSTILE_UNIT
from autograder.judging.grading import grade_one, prepared
from autograder.kernels.isolation.none import NoSandbox
from autograder.results import Run, Store, digests_of, grade_class
from autograder.sample_class import write_sample_class
from autograder.submissions import find_submissions

EXAMPLES = """\
The class has right, wrong, half-done, broken and hostile submissions. Each is named after what is
in it. A hostile one has one wrong answer, worth 6 of 60 points, and an attack to hide that.

examples:
  autograder demo
  autograder demo --keep my_class       put the class and its report there
"""


# Of the corpus of attacks, some of each kind that end soon.
ATTACKS = (
    "sum, all and isinstance replaced",
    "a number that equals everything",
    "the visible check made blind",
    "hidden checks looked for on disk",
    "os._exit when asked",
    "a process left behind",
)


def add(commands: Any) -> None:
    parser = new_command(
        commands, "demo", "Grade a sample class made from the answer bank.", EXAMPLES, run
    )
    parser.add_argument("--unit", metavar="UNIT", help="such as 02_lenet (default: the first)")
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
    course = Course.load()
    unit = course.unit(options.unit) if options.unit else course.units[0]
    engine = engine_from(options, course)
    folder = options.keep or unit.root / "demo"
    write_sample_class(unit, folder / "submitted")
    if unit.id == HOSTILE_UNIT:
        _write_attacks(course, folder / "submitted", sandboxed=engine.level.name != NoSandbox.name)
    store = Store.of(unit, folder / "graded")
    with find_submissions(folder / "submitted", unit.id) as submissions, store.reserved():
        plan = Run.plan(store, submissions, partial(digests_of, unit, seed=0), force=True)
        grade = partial(grade_one, unit, seed=0, engine=prepared(engine, unit))
        show = partial(feedback_notebook, unit=unit)
        due = grade_class(plan, grade, show, options.jobs)
        results = with_bar(due, len(plan.due), "submission")
    shown = details(results) if options.details else class_table(results)
    title = f"A sample class of {unit.id}, “{unit.title}”:"
    closing = "\n".join(filter(None, [summary(results), to_look_at(results), failures(results)]))
    publish(f"{title}\n\n{shown}\n\n{closing}", options.json, results)
    report = folder / f"{unit.id}.html"
    write_report(unit, store, report)
    print(
        f"The class report: {report}\n"
        f"The notebooks: {folder / 'submitted'}; with results: {store.folder}"
    )
    return 0 if all(graded.is_finished for graded in results) else INFRASTRUCTURE


def _write_attacks(course: Course, folder: Path, sandboxed: bool) -> None:
    """Where nothing keeps processes apart, attacks on other files and processes are left out."""
    for case in corpus(course):
        if case.name in ATTACKS and (sandboxed or not case.needs):
            path = folder / f"hostile-{case.student[3:]}" / HOSTILE_UNIT / f"{HOSTILE_UNIT}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(case.content)
