"""A small course with a gradebook of its own, for tests of what nbgrader makes of our results."""

import copy
import shutil
from dataclasses import replace

from nbgrader.api import Base, Gradebook
from nbgrader.apps import NbGraderAPI
from sqlalchemy import create_engine
from tests.autograder.fake_class import UNIT
from traitlets.config import Config

from autograder.course import Course
from autograder.feedback import finish
from autograder.gradebook import GradebookWriter
from autograder.nbgrader_settings import nbgrader_settings
from autograder.results import Store
from autograder.results.digests import Digests
from autograder.solutions import compose
from autograder.submissions import Submission, read_built

ANSWER = "Because the same weights serve everywhere."


class FakeCourse:
    """A course with its own gradebook, into which made-up results are written."""

    def __init__(self, root):
        here = Course.load().root
        shutil.copytree(here / "course", root / "course", ignore=shutil.ignore_patterns("units"))
        shutil.copytree(here / "release" / UNIT, root / "release" / UNIT)
        self.course = Course.load(root)
        self.unit = self.course.unit(UNIT)
        self.store = Store.of(self.unit)
        # A gradebook with its tables already there spares nbgrader from starting alembic.
        engine = create_engine(f"sqlite:///{root / 'gradebook.db'}")
        Base.metadata.create_all(engine)
        engine.dispose()
        self.release = read_built(self.unit, self.unit.release_notebook)

    def write(self, graded, more_cells=()):
        notebook = compose(self.release, {self.written: ANSWER})
        notebook.cells[3:3] = more_cells
        finish(notebook, self.release, graded.results, [])
        self.store.keep(replace(graded, notebook=notebook), Digests("s", "u", "g", "e"))
        folder = self.course.root / "submitted" / graded.student / UNIT
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "timestamp.txt").write_text("2026-01-02 03:04:05 UTC")
        submission = Submission(graded.student, folder / f"{UNIT}.ipynb")
        GradebookWriter(self.course, self.unit).write(graded, submission, self.store)

    def make_feedback(self):
        """nbgrader's feedback pages, written to feedback/STUDENT/UNIT."""
        done = NbGraderAPI(config=self.settings()).generate_feedback(UNIT)
        assert done["success"], done

    def settings(self):
        """nbgrader's, for this copy of the course."""
        config = copy.deepcopy(nbgrader_settings(self.course))
        config.merge(Config({"CourseDirectory": {"root": str(self.course.root)}}))
        return config

    def feedback(self, student):
        return self.course.root / "feedback" / student / UNIT / f"{UNIT}.html"

    @property
    def written(self):
        marks = (cell.metadata.get("nbgrader", {}) for cell in self.release.cells)
        return next(mark["grade_id"] for mark in marks if mark.get("grade") and mark["solution"])

    def gradebook(self):
        return Gradebook(f"sqlite:///{self.course.root / 'gradebook.db'}")

    def grades(self, student):
        with self.gradebook() as gradebook:
            notebook = gradebook.find_submission_notebook(UNIT, UNIT, student)
            return {grade.name: (grade.auto_score, grade.score) for grade in notebook.grades}
