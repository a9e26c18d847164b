"""The engine that runs a course's notebooks: what its kernels have, and must not have."""

from __future__ import annotations

from autograder.course import Course, Unit
from autograder.course_packages import check_preloads
from autograder.kernels.engine import Engine
from autograder.kernels.isolation import AUTO


def engine_for(course: Course | Unit, sandbox: str = AUTO, warm: bool = True) -> Engine:
    """Its kernels import and hide what course.toml says; raises a CourseError if it cannot be."""
    check_preloads(course.packages, course.grading)
    # TRANSITION: hides=course.grading.hides, once no kernel is lent the course's versions
    return Engine(sandbox, warm, preloads=course.grading.preloads)
