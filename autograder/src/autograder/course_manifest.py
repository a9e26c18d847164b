"""Reading course.toml: every complaint at once, each with its file and line."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeGuard

from autograder.course_settings import Grading, Packages, top_package
from autograder.errors import CourseError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# Unit ids become folder names, nbgrader assignment ids and Python-friendly keys.
UNIT_ID = re.compile(r"[A-Za-z0-9_]+")


@dataclass(frozen=True)
class Manifest:
    """What course.toml says. `head` and `units` have the keys of its tables."""

    head: dict[str, str]
    units: tuple[dict[str, Any], ...]
    packages: Packages
    grading: Grading
    compare: str = "after_pass"


def read_manifest(root: Path) -> Manifest:
    """The manifest of the course in the folder `root`; raises a CourseError with all complaints."""
    path = root / "course" / "course.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CourseError(f"{path} is not UTF-8 text ({error}). Save it as UTF-8.") from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{path} is not valid TOML: {error}. Mend that place.") from error
    return _Reader(path, text, table).manifest()


def line_of_setting(manifest: Path, key: str) -> int:
    """The line of course.toml on which `key` is set first; 1 where it is left to its default."""
    return next(
        (
            number
            for number, line in enumerate(manifest.read_text(encoding="utf-8").splitlines(), 1)
            if re.match(rf"\s*{re.escape(key)}\s*=", line)
        ),
        1,
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(item) for item in value)


def _is_module(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and all(
        part.isidentifier() and not keyword.iskeyword(part) for part in value.split(".")
    )


def _is_modules(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_module, value))


def _is_preloads(value: object) -> bool:
    """Modules, or functions to call as in `package.module:function`."""
    return _is_texts(value) and _is_modules([str(item).replace(":", ".", 1) for item in value])  # type: ignore[attr-defined]


def _is_patterns(value: object) -> bool:
    return isinstance(value, list) and _is_modules([str(v).removesuffix(".*") for v in value])


Keys = Mapping[str, tuple[Callable[[object], bool], str]]

_COURSE_KEYS: Keys = {
    "title": (_is_text, "a text"),
    "repository": (_is_text, "the public address of the repository"),
    "branch": (_is_text, "the name of a branch"),
}
_PACKAGE_KEYS: Keys = {
    "exercises": (_is_module, 'the package of the exercises, such as "cnnlab.exercises"'),
    "hidden": (_is_module, 'the package of the hidden checks, such as "autograder.exercises"'),
    "path": (_is_texts, 'a list of folders of the course such as ["packages"]'),
}
_OPTIONS: Keys = {
    "compare": (lambda value: value in ("after_pass", "never"), '"after_pass" or "never"'),
}
_GRADING_KEYS: Keys = {
    "preloads": (_is_preloads, 'a list of modules such as ["numpy"]'),
    "hides": (_is_modules, 'a list of modules such as ["cnnlab.models"]'),
    "refuses": (_is_patterns, 'a list of names such as ["cnnlab.*"]'),
}
_UNIT_KEYS: Keys = {
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
    """Turns the TOML table into a Manifest, collecting every complaint with its line."""

    def __init__(self, path: Path, text: str, table: dict[str, Any]) -> None:
        self.path = path
        self.lines = text.splitlines()
        self.table = table
        self.complaints: list[str] = []

    def manifest(self) -> Manifest:
        head = self.table_called("course", "title, repository, branch")
        start = self.line_of_table("[course]")
        self.check_table(head, _COURSE_KEYS, start, optional={**_PACKAGE_KEYS, **_OPTIONS})
        grading = self.table_called("grading") if "grading" in self.table else {}
        self.check_table(grading, {}, self.line_of_table("[grading]"), optional=_GRADING_KEYS)
        for key in self.table.keys() - {"course", "grading", "units"}:
            line = self.line_of_table(f"[{key}]")
            self.complain(line, f"{key!r} is unknown; known: [course], [grading] and [[units]]")
        units = self.units()
        path = self.folders(head, start)
        self.check_packages(head, start)
        if self.complaints:
            listing = "\n  ".join(self.complaints)
            raise CourseError(f"course.toml cannot be used as it stands:\n  {listing}")
        named = {key: head[key] for key in ("exercises", "hidden") if key in head}
        packages = Packages(self.path, **named, path=path)
        return Manifest(
            {key: head[key] for key in _COURSE_KEYS},
            units,
            packages,
            Grading.of(packages, grading),
            **{key: head[key] for key in _OPTIONS if key in head},
        )

    def table_called(self, name: str, needed: str = "") -> dict[str, Any]:
        table = self.table.get(name)
        if isinstance(table, dict):
            return table
        if table is None:
            self.complain(1, f"there is no [{name}] table; add one with {needed}")
        else:
            self.complain(
                self.line_of_key(name, 0), f"{name!r} is no table; begin it with [{name}]"
            )
        return {}

    def units(self) -> tuple[dict[str, Any], ...]:
        entries = self.table.get("units", [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self.complain(self.line_of_key("units", 0), "'units' is no table; write [[units]]")
            entries = []
        elif not entries:
            self.complain(len(self.lines), "no unit is listed; add a [[units]] table")
        for index, entry in enumerate(entries):
            self.check_unit(index, entry, [e.get("id") for e in entries[:index]])
        return tuple(
            {key: tuple(value) if isinstance(value, list) else value for key, value in e.items()}
            for e in entries
        )

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

    def folders(self, head: dict[str, Any], start: int) -> tuple[Path, ...]:
        """The folders that `path` names, each inside the course and really there."""
        root = self.path.resolve().parent.parent
        line = self.line_of_key("path", start)
        named = head.get("path", [])
        found = [(text, (root / text).resolve()) for text in (named if _is_texts(named) else [])]
        for text, folder in found:
            if not folder.is_relative_to(root) or folder == root:
                self.complain(line, f"{text!r} in 'path' is not a folder inside the course")
            elif not folder.is_dir():
                self.complain(line, f"{text!r} in 'path' is not there; make {folder}")
        return tuple(folder for _, folder in found)

    def check_packages(self, head: dict[str, Any], start: int) -> None:
        """Who names one of the two packages names both, and learners get only one of them."""
        exercises, hidden = head.get("exercises"), head.get("hidden")
        for given, key, missing in (exercises, "hidden", hidden), (hidden, "exercises", exercises):
            if given is not None and missing is None:
                expected = _PACKAGE_KEYS[key][1]
                self.complain(start, f"{key!r} is missing; it should be {expected}")
        if (
            _is_module(exercises)
            and _is_module(hidden)
            and top_package(exercises) == top_package(hidden)
        ):
            self.complain(
                self.line_of_key("hidden", start),
                f"{hidden!r} lies in what learners install, the package {top_package(hidden)!r}; "
                "hidden checks need a package of their own",
            )

    def check_table(
        self, table: dict[str, Any], keys: Keys, start: int, optional: Keys | None = None
    ) -> None:
        known = {**keys, **(optional or {})}
        for key, (accepts, expected) in known.items():
            if key not in table:
                if key in keys:
                    self.complain(start, f"{key!r} is missing; it should be {expected}")
            elif not accepts(table[key]):
                line = self.line_of_key(key, start)
                self.complain(line, f"{key!r} is {table[key]!r}; it should be {expected}")
        for key in table.keys() - known.keys():
            close = get_close_matches(key, list(known), n=1)
            guess = f"; did you mean {close[0]!r}?" if close else f"; known: {', '.join(known)}"
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
