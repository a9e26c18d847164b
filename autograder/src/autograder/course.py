"""The course as its authors describe it: course.toml, read once into typed values.

course.toml is the only list of units. Everything that needs to know what the course contains
(the build, the grader, the student's catalogue) asks a `Course`.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from autograder.course_folder import find_course_folder
from autograder.errors import CourseError, UnknownUnitError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# Unit ids become folder names, nbgrader assignment ids and Python-friendly keys.
UNIT_ID = re.compile(r"[A-Za-z0-9_]+")


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
    units: tuple[Unit, ...]

    @classmethod
    def load(cls, root: str | Path | None = None) -> Course:
        """Read the course at `root`, or the one around the current folder.

        Without `root`, the environment variable CNNLAB_COURSE decides; without that, the nearest
        folder upwards that has a course/course.toml.
        """
        folder = find_course_folder(root)
        path = folder / "course" / "course.toml"
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise CourseError(f"{path} is not UTF-8 text ({error}). Save it as UTF-8.") from error
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise CourseError(f"{path} is not valid TOML: {error}. Mend that place.") from error
        return _Reader(path, text, table).course(folder)

    @property
    def manifest(self) -> Path:
        return self.root / "course" / "course.toml"

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


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(item) for item in value)


_COURSE_KEYS = {
    "title": (_is_text, "a text"),
    "repository": (_is_text, "the public address of the repository"),
    "branch": (_is_text, "the name of a branch"),
}
_UNIT_KEYS = {
    "id": (_is_text, "a text such as 01_convolutions"),
    "title": (_is_text, "a text"),
    "minutes": (_is_number, "a positive number"),
    "points": (_is_number, "a positive number"),
    "budget_seconds": (_is_number, "a positive number"),
    "graded_seconds": (_is_number, "a positive number"),
    "data": (_is_texts, 'a list of names such as ["digits"]'),
    "prerequisites": (_is_texts, 'a list of unit ids such as ["01_convolutions"]'),
}


class _Reader:
    """Turns the TOML table into a Course, collecting every complaint with its line."""

    def __init__(self, path: Path, text: str, table: dict[str, Any]) -> None:
        self.path = path
        self.lines = text.splitlines()
        self.table = table
        self.complaints: list[str] = []

    def course(self, root: Path) -> Course:
        head = self.table.get("course")
        if not isinstance(head, dict):
            head = {}
            self.complain(1, "there is no [course] table; add one with title, repository, branch")
        else:
            self.check_table(head, _COURSE_KEYS, self.line_of_table("[course]"))
        for key in self.table.keys() - {"course", "units"}:
            line = self.line_of_table(f"[{key}]")
            self.complain(line, f"{key!r} is unknown; known: [course] and [[units]]")
        entries = self.table.get("units", [])
        if not isinstance(entries, list) or not entries:
            entries = []
            self.complain(len(self.lines), "no unit is listed; add a [[units]] table")
        for index, entry in enumerate(entries):
            self.check_unit(index, entry, [e.get("id") for e in entries[:index]])
        if self.complaints:
            listing = "\n  ".join(self.complaints)
            raise CourseError(f"course.toml cannot be used as it stands:\n  {listing}")
        units = tuple(
            Unit(
                **{
                    **entry,
                    "data": tuple(entry["data"]),
                    "prerequisites": tuple(entry["prerequisites"]),
                    "root": root,
                }
            )
            for entry in entries
        )
        return Course(root=root, units=units, **head)

    def check_unit(self, index: int, entry: dict[str, Any], earlier: list[Any]) -> None:
        start = self.line_of_table("[[units]]", index)
        self.check_table(entry, _UNIT_KEYS, start)
        unit_id = entry.get("id")
        if isinstance(unit_id, str) and not UNIT_ID.fullmatch(unit_id):
            line = self.line_of_key("id", start)
            self.complain(line, f"id {unit_id!r} may hold only letters, digits and underscores")
        if unit_id in earlier:
            self.complain(self.line_of_key("id", start), f"id {unit_id!r} is used twice")
        needs = entry.get("prerequisites", [])
        for needed in needs if _is_texts(needs) else []:
            if needed not in earlier:
                self.complain(
                    self.line_of_key("prerequisites", start),
                    f"prerequisite {needed!r} is not a unit listed before this one",
                )

    def check_table(self, table: dict[str, Any], keys: dict[str, Any], start: int) -> None:
        for key, (accepts, expected) in keys.items():
            if key not in table:
                self.complain(start, f"{key!r} is missing; it should be {expected}")
            elif not accepts(table[key]):
                line = self.line_of_key(key, start)
                self.complain(line, f"{key!r} is {table[key]!r}; it should be {expected}")
        for key in table.keys() - keys.keys():
            close = get_close_matches(key, list(keys), n=1)
            guess = f"; did you mean {close[0]!r}?" if close else f"; known: {', '.join(keys)}"
            self.complain(self.line_of_key(key, start), f"{key!r} is unknown{guess}")

    def complain(self, line: int, what: str) -> None:
        self.complaints.append(f"{self.path}:{line}: {what}")

    def line_of_table(self, header: str, index: int = 0) -> int:
        found = [n for n, line in enumerate(self.lines, 1) if line.strip().startswith(header)]
        return found[index] if index < len(found) else 1

    def line_of_key(self, key: str, start: int) -> int:
        for number, line in enumerate(self.lines[start:], start + 1):
            if re.match(rf"\s*{re.escape(key)}\s*=", line):
                return number
            if line.lstrip().startswith("["):
                break
        return start
