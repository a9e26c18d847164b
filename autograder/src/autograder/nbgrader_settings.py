"""course/nbgrader_config.py, read as nbgrader reads it."""

from __future__ import annotations

from typing import Any

from autograder.course import Course
from autograder.errors import CourseError


def nbgrader_settings(course: Course) -> Any:
    """The course's nbgrader configuration, a traitlets Config."""
    from traitlets.config.loader import PyFileConfigLoader

    settings = course.root / "course" / "nbgrader_config.py"
    if not settings.is_file():
        raise CourseError(f"{settings} is missing. Restore it: nbgrader works by its settings.")
    return PyFileConfigLoader(settings.name, path=str(settings.parent)).load_config()
