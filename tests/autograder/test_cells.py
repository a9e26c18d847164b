"""What cells are for is read from whatever a learner's editor has made of their metadata."""

import pytest

from autograder.cells import (
    exercise_of,
    exercises,
    grade_id,
    is_exercise,
    is_experiment,
    is_locked,
    is_test,
    is_written,
    marks_differ,
    runs_in_grading,
)
from autograder.submissions.normal import make_cell


def cell(kind="code", tags=None, **marks):
    made = make_cell(kind, "x = 1")
    if marks:
        made.metadata["nbgrader"] = marks
    if tags is not None:
        made.metadata["tags"] = tags
    return made


EXERCISE = cell(grade_id="conv2d", solution=True, grade=False)
TEST = cell(grade_id="test_conv2d", grade=True, solution=False, locked=True, points=3)
WRITTEN = cell("markdown", grade_id="transfer", grade=True, solution=True)
EXPERIMENT = cell(tags=["explore"])


def test_each_cell_is_what_the_lesson_made_it(release, unit):
    assert exercises(release)[:3] == ["conv_output_size", "conv2d", "edge_kernels"]
    assert len(exercises(release)) == 7
    assert [exercise_of(c) for c in release.cells if is_test(c)] == exercises(release)
    assert [grade_id(c) for c in release.cells if is_written(c)] == ["transfer"]


def test_what_runs_in_grading():
    ran = [runs_in_grading(c) for c in (EXERCISE, TEST, WRITTEN, EXPERIMENT, cell())]
    assert ran == [True, False, False, False, True]


def test_the_exercise_of_a_cell():
    named = [exercise_of(c) for c in (EXERCISE, TEST, WRITTEN, EXPERIMENT, cell())]
    assert named == ["conv2d", "conv2d", "", "", ""]


@pytest.mark.parametrize("odd", [None, 3, "text", ["a"], {}, {"grade_id": ["x"], "grade": None}])
def test_odd_metadata_is_that_of_an_ordinary_cell(odd):
    made = make_cell("code", "x = 1")
    made.metadata = {"nbgrader": odd, "tags": odd}
    assert grade_id(made) == ""
    assert not (is_exercise(made) or is_test(made) or is_experiment(made) or is_locked(made))
    assert runs_in_grading(made)


def test_changed_points_are_seen_and_missing_marks_are_no_change():
    assert marks_differ(cell(grade=True, points=99), TEST)
    assert not marks_differ(TEST, TEST)
    assert not marks_differ(cell(), TEST)
