"""Submissions as they arrive, and as they are graded: found, read, and rebuilt from the release."""

from autograder.submissions.choose import choose
from autograder.submissions.find import Submission, find_submissions
from autograder.submissions.read import UnreadableError, read_built, read_notebook
from autograder.submissions.rebuild import WrongUnitError, rebuild

__all__ = [
    "Submission",
    "UnreadableError",
    "WrongUnitError",
    "choose",
    "find_submissions",
    "read_built",
    "read_notebook",
    "rebuild",
]
