"""What kernels of the course around us have imported, and what they must not have."""

from __future__ import annotations

from contextlib import suppress

from autograder.course_folder import find_course_folder
from autograder.course_manifest import read_manifest
from autograder.course_settings import Grading
from autograder.errors import AutograderError
from autograder.kernels.inside.import_plan import ImportPlan


def plan_of(grading: Grading) -> ImportPlan:
    """The plan that `[grading]` in course.toml describes."""
    return ImportPlan(grading.preloads, grading.hides)


def plan_of_course() -> ImportPlan:
    """That of the course around us. Without one, nothing is imported beforehand or hidden.

    Whoever needs the course will say why it cannot be read.
    """
    with suppress(AutograderError):
        return plan_of(read_manifest(find_course_folder()).grading)
    return ImportPlan()
