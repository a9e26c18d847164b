"""Stock nbgrader with our config gives the points that `autograder grade` gives."""

import shutil
import subprocess
import sys
from collections import defaultdict

import pytest
from nbgrader.api import Gradebook

from autograder.cells import TEST_PREFIX
from autograder.course import Course
from autograder.judging.grading import grade_all
from autograder.sample_class import write_sample_class
from autograder.submissions import find_submissions

UNITS = ("01_convolutions", "02_lenet")
# All students submit the first unit, these the second, too: 20 submissions to compare.
SOME = ("right-style-1", "half-done", "wrong-everything", "broken-syntax-error")
CUT_OFF = "broken-cut-off-file"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course with a class that has submitted both units."""
    root = tmp_path_factory.mktemp("course")
    here = Course.load().root
    for folder in ("course", "source_notebooks", "release"):
        shutil.copytree(here / folder, root / folder)
    copied = Course.load(root)
    submitted = root / "submitted"
    for unit_id in UNITS:
        for student in write_sample_class(copied.unit(unit_id), submitted):
            if unit_id != UNITS[0] and student not in SOME:
                shutil.rmtree(submitted / student / unit_id)
    return copied


def nbgrader(course, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course.root / "course",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def by_stock_nbgrader(course, unit_id):
    """The points of each test cell, by student."""
    nbgrader(course, "generate_assignment", unit_id, "--force")
    # nbgrader gives a file that is cut off no grade at all, so there is nothing to compare.
    shutil.rmtree(course.root / "submitted" / CUT_OFF / unit_id, ignore_errors=True)
    nbgrader(course, "autograde", unit_id)
    points = defaultdict(dict)
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        for submission in gradebook.assignment_submissions(unit_id):
            for grade in submission.notebooks[0].grades:
                if grade.name.startswith(TEST_PREFIX):
                    name = grade.name.removeprefix(TEST_PREFIX)
                    points[submission.student_id][name] = grade.auto_score
                else:
                    points[submission.student_id][grade.name] = (
                        "by hand" if grade.needs_manual_grade else "no answer"
                    )
    return points


def by_us(course, unit_id):
    unit = course.unit(unit_id)
    points = defaultdict(dict)
    with find_submissions(course.root / "submitted", unit_id) as submissions:
        for graded in grade_all(unit, submissions):
            assert not graded.problem
            for result in graded.results:
                mine = points[graded.student]
                mine[result.exercise] = mine.get(result.exercise, 0) + result.points
    return points


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_both_roads_give_every_submission_the_same_points(course):
    compared = 0
    for unit_id in UNITS:
        theirs, ours = by_stock_nbgrader(course, unit_id), by_us(course, unit_id)
        assert theirs.keys() == ours.keys()
        for student, points in ours.items():
            written = theirs[student].pop("transfer")
            assert written == ("by hand" if student == "right-solution" else "no answer")
            assert theirs[student] == pytest.approx(points), student
            compared += 1
    assert compared == 20
    _its_feedback_is_safe_and_complete(course, "wrong-conv2d")


def _its_feedback_is_safe_and_complete(course, student):
    nbgrader(course, "generate_feedback", UNITS[0], "--student", student)
    page = (course.root / "feedback" / student / UNITS[0] / f"{UNITS[0]}.html").read_text()
    assert "turn" in page  # the diagnosis: the kernel was turned around
    assert "✓" in page
    assert "draw.integer(" not in page
