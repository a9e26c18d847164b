"""Courses that are installed as packages, found by the entry points `autograder.courses`.

    [project.entry-points."autograder.courses"]
    signals = "signals_course"

says that the package `signals_course` is a course called signals: its folder holds course/ and
release/. The value may also name something in a package that says where: `"signals_course:ROOT"`.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from autograder.errors import CourseError

GROUP = "autograder.courses"


def installed_courses() -> dict[str, Path]:
    """The folder of every installed course, by its name."""
    return {point.name: _root(point) for point in sorted(entry_points(group=GROUP))}


def _root(point: EntryPoint) -> Path:
    who = f"{point.dist.name} says that it brings" if point.dist else "There is"
    try:
        found = point.load()
    except Exception as problem:  # a package may fail in any way when it is imported
        raise CourseError(
            f"{who} the course {point.name!r} as {point.value!r}, which cannot be imported "
            f"({type(problem).__name__}: {problem}). Install that package anew, or remove it."
        ) from problem
    folder = Path(str(found.__file__)).parent if isinstance(found, ModuleType) else Path(str(found))
    if not (folder / "course" / "course.toml").is_file():
        raise CourseError(
            f"{who} the course {point.name!r}, but {folder} has no course/course.toml. "
            "Install that package anew, or remove it."
        )
    return folder.resolve()
