"""`autograder grade`: a class, a folder, a zip or one notebook."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from autograder.command.class_table import class_table, details, failures, summary, to_look_at
from autograder.command.options import (
    add_engine,
    add_jobs,
    add_json,
    add_results,
    add_seed,
    engine_from,
    new_command,
    publish,
)
from autograder.command.progress import with_bar
from autograder.course import Course, Unit
from autograder.errors import DONE_BUT_NOT_PASSED, INFRASTRUCTURE
from autograder.feedback import feedback_notebook
from autograder.gradebook import GradebookWriter
from autograder.judging.graded import Graded
from autograder.judging.grading import grade_one, prepared
from autograder.results import Run, Store, digests_of, grade_class
from autograder.submissions import Submission, find_submissions, read_built, read_notebook

EXAMPLES = """\
PATH is nbgrader's folder of submissions (<student>/<unit>/<unit>.ipynb), a folder or zip of
notebooks, or one notebook. Every submission gets a result, whatever is in it.

Each result is kept at once. The same command goes on where an earlier one was stopped, and grades
only what has changed since: a submission, the unit, the checks or the environment.

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
    parser.add_argument("--force", action="store_true", help="grade again what is known already")
    parser.add_argument(
        "--gradebook",
        action=argparse.BooleanOptionalAction,
        help="write scores into nbgrader's gradebook (default: when PATH is its submitted folder)",
    )
    add_results(parser)
    add_jobs(parser)
    add_json(parser)
    add_seed(parser)


def run(options: argparse.Namespace) -> int:
    course = Course.load()
    unit = course.unit(options.unit)
    # A course that is not built is no learner's fault, and is said first.
    read_built(unit, unit.release_notebook)
    if options.path.is_file() and options.path.suffix != ".zip":
        read_notebook(options.path.resolve())  # a file that is no notebook is a slip of who typed
    engine = engine_from(options, course)
    store = Store.of(unit, options.results)
    writer = _writer(course, unit, options)
    with find_submissions(options.path, unit.id) as submissions, store.reserved():
        digests = partial(digests_of, unit, sandbox=engine.sandbox, seed=options.seed)
        plan = Run.plan(store, submissions, digests, options.force)
        ready = prepared(engine, unit) if plan.due else engine
        grade = partial(grade_one, unit, seed=options.seed, engine=ready)
        show = partial(feedback_notebook, unit=unit)
        new = with_bar(grade_class(plan, grade, show, options.jobs), len(plan.due), "submission")
        results = sorted([*plan.kept, *new], key=lambda graded: graded.student)
        if writer:
            _write(writer, results, submissions, store)
    shown = details(results) if options.details else class_table(results)
    closing = [summary(results), to_look_at(results), failures(results), _kept(plan, store)]
    if writer:
        closing.append(f"Scores are in the gradebook at {writer.place}.")
    publish(f"{shown}\n\n" + "\n".join(filter(None, closing)), options.json, results)
    return exit_code(results)


def exit_code(results: Sequence[Graded]) -> int:
    if not all(graded.is_finished for graded in results):
        return INFRASTRUCTURE
    all_passed = all(check.passed for graded in results for check in graded.results)
    return 0 if all_passed else DONE_BUT_NOT_PASSED


def _writer(course: Course, unit: Unit, options: argparse.Namespace) -> GradebookWriter | None:
    if options.gradebook is False:
        return None
    writer = GradebookWriter(course, unit)
    return writer if options.gradebook or writer.is_submitted_tree(options.path) else None


def _write(
    writer: GradebookWriter,
    results: Sequence[Graded],
    submissions: Sequence[Submission],
    store: Store,
) -> None:
    by_student = {submission.student: submission for submission in submissions}

    def written() -> Any:
        for graded in results:
            writer.write(graded, by_student[graded.student], store)
            yield graded

    with_bar(written(), len(results), "score")


def _kept(plan: Run, store: Store) -> str:
    known = f"{len(plan.kept)} of them known from before (--force grades again). "
    return f"{known if plan.kept else ''}Results are in {store.folder}; see them: " + (
        f"autograder report {store.unit}"
    )
