"""nbgrader's gradebook after a run: scores, no stale ones, and what people graded stays."""

import pytest
from fake_class import UNIT, broken_machine, fake_graded, fake_results, unreadable
from fake_course import FakeCourse

from autograder.gradebook import GradebookWriter


@pytest.fixture
def group(tmp_path):
    return FakeCourse(tmp_path.resolve())


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


def test_nbgrader_makes_feedback_and_exports_from_what_was_written(group):
    results = fake_results(lambda check: check != "conv2d.1", message="Turned by 180°.")
    group.write(fake_graded("ada", results=results))
    group.make_feedback()
    page = group.feedback("ada").read_text()
    assert "Turned by 180°." in page
    assert "(Score: 58.0 / 66.0)" in page


def test_only_nbgraders_own_folder_is_taken_for_it(group, tmp_path):
    writer = GradebookWriter(group.course, group.unit)
    assert writer.is_submitted_tree(group.course.root / "submitted")
    assert not writer.is_submitted_tree(tmp_path)
    assert not writer.is_submitted_tree(group.course.root / "submitted" / "ada")
