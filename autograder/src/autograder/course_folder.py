"""Where the course lies, found without reading what it says."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.errors import CourseError

ENVIRONMENT_VARIABLE = "CNNLAB_COURSE"


def find_course_folder(root: str | Path | None = None) -> Path:
    """The folder that holds course/, release/ and the rest; see `Course.load`."""
    named = root if root is not None else os.environ.get(ENVIRONMENT_VARIABLE) or None
    if named is not None:
        folder = Path(named).expanduser().resolve()
        for candidate in (folder, folder.parent):
            if (candidate / "course" / "course.toml").is_file():
                return candidate
        where = "the given folder" if root is not None else f"${ENVIRONMENT_VARIABLE}"
        raise CourseError(
            f"No course at {folder} ({where}): it has no course/course.toml. "
            f"Name the folder that contains course/."
        )
    start = Path.cwd()
    for candidate in (start, *start.parents):
        if (candidate / "course" / "course.toml").is_file():
            return candidate
    raise CourseError(
        f"No course found: neither {start} nor a folder above it has course/course.toml. "
        f"Change into the course's folder, or set {ENVIRONMENT_VARIABLE} to it."
    )
