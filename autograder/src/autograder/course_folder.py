"""Where the course lies, found without reading what it says."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.errors import CourseError
from autograder.installed_courses import installed_courses

ENVIRONMENT_VARIABLE = "CNNLAB_COURSE"
_THE_VARIABLE = f"${ENVIRONMENT_VARIABLE}"


def find_course_folder(root: str | Path | None = None) -> Path:
    """The folder that holds course/, release/ and the rest.

    Without `root`, the environment variable CNNLAB_COURSE decides, by a folder or by the name of an
    installed course; without that, the nearest folder upwards that has a course/course.toml;
    without that, the one course that is installed.
    """
    named = root if root is not None else os.environ.get(ENVIRONMENT_VARIABLE) or None
    if named is not None:
        return _named_root(named, "the given folder" if root is not None else _THE_VARIABLE)
    start = Path.cwd()
    for candidate in (start, *start.parents):
        if _holds_a_course(candidate):
            return candidate
    installed = installed_courses()
    if len(installed) == 1:
        return next(iter(installed.values()))
    if installed:
        raise CourseError(
            f"{start} is in no course, and several are installed: {', '.join(installed)}. "
            f"Set {ENVIRONMENT_VARIABLE} to the name of one."
        )
    raise CourseError(
        f"No course found: neither {start} nor a folder above it has course/course.toml. "
        f"Change into the course's folder, or set {ENVIRONMENT_VARIABLE} to it."
    )


def _named_root(named: str | Path, where: str) -> Path:
    folder = Path(named).expanduser().resolve()
    for candidate in (folder, folder.parent):
        if _holds_a_course(candidate):
            return candidate
    if where == _THE_VARIABLE and (installed := installed_courses().get(str(named))):
        return installed
    raise CourseError(
        f"No course at {folder} ({where}): it has no course/course.toml. "
        f"Name the folder that contains course/."
    )


def _holds_a_course(folder: Path) -> bool:
    return (folder / "course" / "course.toml").is_file()
