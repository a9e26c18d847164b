"""nbgrader's gradebook after a run: scores, no stale ones, and what people graded stays."""

import copy
import shutil
from dataclasses import replace

import pytest
from fake_class import UNIT, broken_machine, fake_graded, fake_verdicts, unreadable
from nbgrader.api import Base, Gradebook
from nbgrader.apps import NbGraderAPI
from sqlalchemy import create_engine
from traitlets.config import Config

from autograder.course import Course
from autograder.feedback import finish
from autograder.gradebook import GradebookWriter
from autograder.nbgrader_settings import nbgrader_settings
from autograder.results import Store
from autograder.results.digests import Digests
from autograder.sample_class import compose
from autograder.submissions import Submission, read_built

ANSWER = "Because the same weights serve everywhere."


class Class:
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

    def write(self, graded):
        notebook = compose(self.release, {self.written: ANSWER})
        finish(notebook, self.release, graded.verdicts, [])
        self.store.keep(replace(graded, notebook=notebook), Digests("s", "u", "g", "e"))
        folder = self.course.root / "submitted" / graded.student / UNIT
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "timestamp.txt").write_text("2026-01-02 03:04:05 UTC")
        submission = Submission(graded.student, folder / f"{UNIT}.ipynb")
        GradebookWriter(self.course, self.unit).write(graded, submission, self.store)

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


@pytest.fixture
def group(tmp_path):
    return Class(tmp_path.resolve())


def test_scores_of_tests_are_written_and_words_are_left_to_people(group):
    group.write(fake_graded("ada", lambda check: check != "conv2d.1"))
    grades = group.grades("ada")
    assert grades["test_conv2d"] == (12, 12)
    assert grades["test_pool2d"] == (8, 8)
    assert grades[group.written] == (None, 0)
    with group.gradebook() as gradebook:
        submission = gradebook.find_submission(UNIT, "ada")
        assert submission.timestamp.isoformat() == "2026-01-02T03:04:05"
        assert submission.needs_manual_grade


def test_what_a_person_graded_survives_a_regrade(group):
    group.write(fake_graded("ada", lambda check: check != "conv2d.1"))
    with group.gradebook() as gradebook:
        for name, points in ((group.written, 5), ("test_conv2d", 13)):
            gradebook.find_grade(name, UNIT, UNIT, "ada").manual_score = points
        gradebook.db.commit()
    group.write(fake_graded("ada"))
    grades = group.grades("ada")
    assert grades["test_conv2d"] == (14, 13)
    assert grades[group.written] == (None, 5)


def test_writing_the_same_again_changes_nothing(group):
    group.write(fake_graded("ada"))
    with group.gradebook() as gradebook:
        for grade in gradebook.find_submission_notebook(UNIT, UNIT, "ada").grades:
            grade.needs_manual_grade = False  # a person has looked at it
            grade.manual_score = 1
        gradebook.db.commit()
    group.write(fake_graded("ada"))
    with group.gradebook() as gradebook:
        assert not gradebook.find_submission(UNIT, "ada").needs_manual_grade


def test_no_stale_score_stands_for_a_run_that_failed(group):
    group.write(fake_graded("ada"))
    group.write(broken_machine("ada"))
    assert {auto for auto, _ in group.grades("ada").values()} == {None}
    assert not (group.course.root / "autograded" / "ada" / UNIT / f"{UNIT}.ipynb").exists()


def test_a_file_that_cannot_be_read_gets_nothing_for_its_tests(group):
    group.write(unreadable("bob"))
    scores = {name: auto for name, (auto, _) in group.grades("bob").items()}
    assert {auto for name, auto in scores.items() if name.startswith("test_")} == {0}


def test_nbgrader_makes_feedback_and_exports_from_what_was_written(group, monkeypatch):
    verdicts = fake_verdicts(lambda check: check != "conv2d.1", message="Turned by 180°.")
    group.write(fake_graded("ada", verdicts=verdicts))
    config = copy.deepcopy(nbgrader_settings(group.course))
    config.merge(Config({"CourseDirectory": {"root": str(group.course.root)}}))
    done = NbGraderAPI(config=config).generate_feedback(UNIT)
    assert done["success"], done
    page = group.course.root / "feedback" / "ada" / UNIT / f"{UNIT}.html"
    assert "Turned by 180°." in page.read_text()
    assert "(Score: 58.0 / 66.0)" in page.read_text()


def test_only_nbgraders_own_folder_is_taken_for_it(group, tmp_path):
    writer = GradebookWriter(group.course, group.unit)
    assert writer.is_submitted_tree(group.course.root / "submitted")
    assert not writer.is_submitted_tree(tmp_path)
    assert not writer.is_submitted_tree(group.course.root / "submitted" / "ada")
