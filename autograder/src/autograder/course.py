"""The course as its authors describe it: course.toml, read once into typed values.

course.toml is the only list of units. Everything that needs to know what the course contains
(the build, the grader, the learners' catalogue) asks a `Course`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.course_folder import find_course_folder
from autograder.course_manifest import Manifest, read_manifest
from autograder.course_packages import library_places
from autograder.course_settings import Grading, Packages
from autograder.errors import UnknownUnitError


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
    compare: str  # when learners may see other right answers: "after_pass" or "never"
    units: tuple[Unit, ...]

    @classmethod
    def load(cls, root: str | Path | None = None) -> Course:
        """Read the course at `root`, or the one around the current folder.

        See `find_course_folder` for how it is found.
        """
        folder = find_course_folder(root)
        return cls._from(read_manifest(folder), folder)

    @classmethod
    def _from(cls, manifest: Manifest, root: Path) -> Course:
        packages, grading = manifest.packages, manifest.grading
        units = tuple(
            Unit(**entry, root=root, packages=packages, grading=grading) for entry in manifest.units
        )
        return cls(
            root=root,
            **manifest.head,
            packages=packages,
            grading=grading,
            compare=manifest.compare,
            units=units,
        )

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
