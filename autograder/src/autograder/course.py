"""The course as its authors describe it: course.toml, read once into typed values.

course.toml is the only list of units. Everything that needs to know what the course contains
(the build, the grader, the learners' catalogue) asks a `Course`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from autograder.course_manifest import Manifest, read_manifest
from autograder.course_packages import library_places
from autograder.course_settings import Grading, Packages
from autograder.errors import CourseError, UnknownUnitError
from autograder.installed_courses import installed_courses

ENVIRONMENT_VARIABLE = "CNNLAB_COURSE"


@dataclass(frozen=True)
class Unit:
    """One line-up of course.toml, and where its files lie."""

    id: str
    title: str
    minutes: int
    points: float
    budget_seconds: float
    graded_seconds: float
    data: tuple[str, ...]
    prerequisites: tuple[str, ...]
    root: Path
    packages: Packages
    grading: Grading

    @property
    def folder(self) -> Path:
        return self.root / "course" / "units" / self.id

    @property
    def lesson(self) -> Path:
        return self.folder / "lesson.py"

    @property
    def hints(self) -> Path:
        return self.folder / "hints.toml"

    @property
    def source_notebook(self) -> Path:
        return self.root / "source_notebooks" / self.id / f"{self.id}.ipynb"

    @property
    def release_notebook(self) -> Path:
        return self.root / "release" / self.id / f"{self.id}.ipynb"


@dataclass(frozen=True)
class Course:
    """What course.toml says, plus `root`, the folder that holds course/, release/ and the rest."""

    root: Path
    title: str
    repository: str
    branch: str
    packages: Packages
    grading: Grading
    units: tuple[Unit, ...]

    @classmethod
    def load(cls, root: str | Path | None = None) -> Course:
        """Read the course at `root`, or the one around the current folder.

        Without `root`, the environment variable CNNLAB_COURSE decides, by a folder or by the name
        of an installed course; without that, the nearest folder upwards that has a
        course/course.toml; without that, the one course that is installed.
        """
        folder = _find_root(root)
        return cls._from(read_manifest(folder), folder)

    @classmethod
    def _from(cls, manifest: Manifest, root: Path) -> Course:
        packages, grading = manifest.packages, manifest.grading
        units = tuple(
            Unit(**entry, root=root, packages=packages, grading=grading) for entry in manifest.units
        )
        return cls(root=root, **manifest.head, packages=packages, grading=grading, units=units)

    @property
    def manifest(self) -> Path:
        return self.packages.manifest

    def library_places(self) -> list[Path]:
        """The course's packages that kernels must see: see `course_packages.library_places`."""
        return library_places(self.packages)

    def unit(self, unit_id: str) -> Unit:
        """The unit called `unit_id`; raises UnknownUnitError with the nearest name otherwise."""
        for unit in self.units:
            if unit.id == unit_id:
                return unit
        raise UnknownUnitError(unit_id, [unit.id for unit in self.units])

    def select(self, unit_ids: list[str] | None) -> tuple[Unit, ...]:
        """The named units in course order, each once; all of them for None or an empty list."""
        if not unit_ids:
            return self.units
        wanted = {self.unit(unit_id).id for unit_id in unit_ids}
        return tuple(unit for unit in self.units if unit.id in wanted)


def _find_root(root: str | Path | None) -> Path:
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


_THE_VARIABLE = f"${ENVIRONMENT_VARIABLE}"


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
