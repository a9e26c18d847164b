"""The real course, and submissions to it, for tests of grading."""

import sys
from pathlib import Path

import pytest

from autograder.answers import read_bank
from autograder.course import Course
from autograder.solutions import compose, solutions
from autograder.submissions import read_notebook

sys.path.insert(0, str(Path(__file__).parent))  # fake_class.py, for the folders below


@pytest.fixture(scope="session")
def course():
    return Course.load()


@pytest.fixture(scope="session")
def unit(course):
    """The unit whose grading is quickest to try."""
    return course.unit("01_convolutions")


@pytest.fixture
def release(unit):
    return read_notebook(unit.release_notebook)


@pytest.fixture(scope="session")
def solved(unit):
    """The course's answers, by TODO."""
    return solutions(unit)


@pytest.fixture
def submission(release, solved):
    """A complete, right submission."""
    return compose(release, solved)


@pytest.fixture(scope="session")
def bank(unit):
    return read_bank(unit)
