"""The one writer of a run into nbgrader's gradebook. Scores that a person gave stay as they are."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.cells import TEST_PREFIX
from autograder.course import Course, Unit
from autograder.errors import InfrastructureError
from autograder.judging.graded import Graded
from autograder.nbgrader_settings import nbgrader_settings
from autograder.results.store import Store
from autograder.submissions import Submission, read_built
from cnnlab.home import write_atomically

TIMESTAMP = "timestamp.txt"


class GradebookWriter:
    """Writes results of one unit where nbgrader's settings say."""

    def __init__(self, course: Course, unit: Unit) -> None:
        # Imported here because it takes half a second, and `autograder --help` should not.
        from nbgrader.coursedir import CourseDirectory

        self._unit = unit
        self._folders = CourseDirectory(config=nbgrader_settings(course))
        self._is_ready = False

    @property
    def place(self) -> str:
        """The gradebook's address, without a password that it may hold."""
        from sqlalchemy.engine import make_url

        return make_url(self._folders.db_url).render_as_string(hide_password=True)

    def is_submitted_tree(self, path: Path) -> bool:
        """Whether `path` is the folder from which nbgrader itself would grade."""
        folder = self._folders.format_path(self._folders.submitted_directory, "x", self._unit.id)
        return path.resolve() == Path(folder).resolve().parent.parent

    def write(self, graded: Graded, submission: Submission, store: Store) -> None:
        """Brings gradebook and folder to what `graded` says; safe to repeat."""
        with self._telling_of_failures():
            if not self._is_ready:
                self._prepare_unit()
            target = self._autograded(graded.student)
            if not graded.is_finished:
                target.unlink(missing_ok=True)
                self._take_scores_back(graded.student)
                return
            content = store.notebook_path(graded.student).read_bytes()
            if target.exists() and target.read_bytes() == content and self._has_scores(graded):
                return
            self._save_scores(graded, submission, store)
            timestamp = submission.path.parent / TIMESTAMP
            if timestamp.is_file() and not timestamp.is_symlink():
                write_atomically(target.parent / TIMESTAMP, timestamp.read_bytes())
            # The notebook comes last: where it lies, the scores are written.
            write_atomically(target, content)

    def _prepare_unit(self) -> None:
        """Tells the gradebook of the unit's cells and points, as generate_assignment does."""
        from nbgrader.preprocessors import SaveCells

        with self._gradebook() as gradebook:
            gradebook.update_or_create_assignment(self._unit.id)
        release = read_built(self._unit, self._unit.release_notebook)
        try:
            SaveCells().preprocess(release, self._resources(""))
        except RuntimeError as problem:
            raise InfrastructureError(
                f"The gradebook at {self.place} knows an older {self._unit.id} with other cells, "
                "and submissions of it. Name another gradebook in course/nbgrader_config.py, or "
                f"remove the old one: nbgrader db assignment remove {self._unit.id} --force"
            ) from problem
        self._is_ready = True

    def _save_scores(self, graded: Graded, submission: Submission, store: Store) -> None:
        from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades

        with self._gradebook() as gradebook:
            gradebook.update_or_create_student(graded.student)
            gradebook.update_or_create_submission(
                self._unit.id, graded.student, **_timestamp(submission)
            )
        notebook = store.notebook(graded.student)
        for step in (SaveAutoGrades(), AssignLatePenalties()):
            step.preprocess(notebook, self._resources(graded.student))

    def _has_scores(self, graded: Graded) -> bool:
        from nbgrader.api import MissingEntry

        try:
            with self._gradebook() as gradebook:
                notebook = gradebook.find_submission_notebook(
                    self._unit.id, self._unit.id, graded.student
                )
                known = [
                    grade.auto_score
                    for grade in notebook.grades
                    if grade.name.startswith(TEST_PREFIX)
                ]
        except MissingEntry:
            return False
        return None not in known and round(sum(known), 2) == graded.score

    def _take_scores_back(self, student: str) -> None:
        """A score from an earlier run must not stand for a run that failed."""
        with self._gradebook() as gradebook:
            gradebook.update_or_create_student(student)
            submission = gradebook.update_or_create_submission(self._unit.id, student)
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    grade.auto_score = None
                    grade.needs_manual_grade = True
            gradebook.db.commit()

    def _autograded(self, student: str) -> Path:
        step = self._folders.autograded_directory
        folder = self._folders.format_path(step, student, self._unit.id)
        return Path(folder) / f"{self._unit.id}.ipynb"

    def _gradebook(self) -> Any:
        from nbgrader.api import Gradebook

        return Gradebook(self._folders.db_url, self._folders.course_id or "default_course")

    def _resources(self, student: str) -> dict[str, Any]:
        return {
            "nbgrader": {
                "notebook": self._unit.id,
                "assignment": self._unit.id,
                "student": student,
                "db_url": self._folders.db_url,
            }
        }

    @contextmanager
    def _telling_of_failures(self) -> Iterator[None]:
        from sqlalchemy.exc import SAWarning, SQLAlchemyError

        try:
            with warnings.catch_warnings():
                # nbgrader builds its rows in an order that SQLAlchemy remarks upon.
                warnings.simplefilter("ignore", SAWarning)
                yield
        except SQLAlchemyError as problem:
            raise InfrastructureError(
                f"The gradebook at {self.place} could not be written "
                f"({str(problem).splitlines()[0]}). All results are kept; mend its place and run "
                "the same command again, which writes them without grading anew."
            ) from problem


def _timestamp(submission: Submission) -> dict[str, Any]:
    """When it was handed in, if nbgrader left a note of it that can be read."""
    from nbgrader.utils import parse_utc

    path = submission.path.parent / TIMESTAMP
    try:
        text = path.read_text(encoding="utf-8").strip() if not path.is_symlink() else ""
        return {"timestamp": parse_utc(text)} if text else {}
    except (OSError, ValueError, OverflowError):
        return {}
