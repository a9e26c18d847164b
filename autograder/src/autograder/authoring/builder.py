"""`autograder build`: course/ → source_notebooks/ → release/, one way and reproducible."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.authoring.catalogue import catalogue_text, unit_entry
from autograder.authoring.files import (
    BUILT_FOLDERS,
    Difference,
    apply,
    differences,
    extra_files,
)
from autograder.authoring.hints import read_hints
from autograder.authoring.notebook import source_notebook
from autograder.authoring.other_answers import OTHER_ANSWERS, other_answers_text
from autograder.authoring.problem import Problem
from autograder.authoring.pull import unpulled
from autograder.authoring.questions import Questions
from autograder.authoring.release import Files, generate_releases, release_problems
from autograder.authoring.roles import TODO, name_of
from autograder.authoring.rules import lesson_problems, of_role
from autograder.course import Course, Unit
from autograder.errors import DONE_BUT_NOT_PASSED, LessonError
from autograder.lesson_file import LessonCell, read_lesson

CATALOGUE = "release/catalogue.json"


@dataclass
class BuildReport:
    """What a build did, or with `check` would have to do.

    `problems` are refusals: with any of them, nothing was written. `changes` are the files that
    were not as the course says; without `check` they now are.
    """

    units: list[str]
    check: bool
    problems: list[Problem] = field(default_factory=list)
    changes: list[Difference] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems and not (self.check and self.changes)

    @property
    def exit_code(self) -> int:
        drift = DONE_BUT_NOT_PASSED if self.check and self.changes else 0
        return max([drift, *(problem.exit_code for problem in self.problems)])

    def __str__(self) -> str:
        if self.problems:
            end = f"✗ {len(self.problems)} to mend; nothing was written."
            return "\n".join([*map(str, self.problems), end])
        count = "1 unit" if len(self.units) == 1 else f"{len(self.units)} units"
        if not self.changes:
            return f"✓ As the course says: {count}."
        listing = [f"{change.state:8} {change.path}" for change in self.changes]
        if any(change.state == "foreign" for change in self.changes):
            listing.append("Foreign files belong in course/units/ or nowhere: move or delete them.")
        if self.check:
            return "\n".join([*listing, "✗ Not as the course says. Run: autograder build"])
        return "\n".join([*listing, f"✓ Built: {count}."])


@dataclass
class _Draft:
    """A unit that has been read and found buildable so far."""

    unit: Unit
    cells: list[LessonCell]
    hints: dict[str, list[str]]
    source: Files

    @property
    def exercises(self) -> list[str]:
        return [str(name_of(cell)) for cell in of_role(self.cells, TODO)]


def build(
    course: Course,
    units: list[str] | None = None,
    check: bool = False,
    *,
    checks: Questions | None = None,
) -> BuildReport:
    """Build the named units (None: all), or with `check` only compare with what is there.

    All problems of all units are collected; if there is any, nothing is written. A build of all
    units also removes what is left of units that course.toml no longer lists. Without `checks` only
    lessons and hints are looked at, and what nbgrader makes of them.
    """
    chosen = course.select(units)
    report = BuildReport(units=[unit.id for unit in chosen], check=check)
    if checks is not None:
        report.problems += checks.problems_of_course()
    drafts = []
    for unit in chosen:
        draft, problems = _read_unit(course, unit, checks)
        report.problems += problems
        if draft is not None:
            drafts.append(draft)
        if draft is not None and not check and (problem := unpulled(course, unit, draft.cells)):
            report.problems.append(problem)
    releases, problems = generate_releases(course, {draft.unit: draft.source for draft in drafts})
    report.problems += problems
    for draft in drafts:
        if draft.unit in releases:
            report.problems += release_problems(
                course, draft.unit, draft.cells, releases[draft.unit], checks
            )
    shown, problems = other_answers_text(course, {d.unit: d.exercises for d in drafts})
    report.problems += problems
    report.problems.sort()
    if report.problems:
        return report

    wanted: Files = {CATALOGUE: _catalogue(course, drafts).encode("utf-8")}
    if shown:
        wanted[OTHER_ANSWERS] = shown.encode("utf-8")
    for draft in drafts:
        for folder, files in zip(BUILT_FOLDERS, (draft.source, releases[draft.unit]), strict=True):
            wanted.update({f"{folder}/{draft.unit.id}/{p}": data for p, data in files.items()})
    whole = len(chosen) == len(course.units)
    owned = [
        folder if whole else f"{folder}/{unit.id}" for folder in BUILT_FOLDERS for unit in chosen
    ]
    report.changes = differences(course.root, wanted, owned)
    if not check:
        apply(course.root, wanted, report.changes)
    return report


def _read_unit(
    course: Course, unit: Unit, checks: Questions | None
) -> tuple[_Draft | None, list[Problem]]:
    """The unit's draft, or None with the problems that keep it from being one."""
    try:
        cells = read_lesson(unit.lesson)
    except LessonError as error:
        return None, [Problem(error.file, error.line, error.what, error.mend)]
    todos = [(str(name_of(cell)), unit.lesson, cell.line) for cell in of_role(cells, TODO)]
    hints, problems = read_hints(unit.hints, todos)
    problems += lesson_problems(unit, cells, checks)
    source: Files = {}
    for path in extra_files(unit.folder, without=(unit.lesson.name, unit.hints.name)):
        if path.suffix == ".ipynb":
            what = "a second notebook would be graded as part of the unit"
            problems.append(Problem(path, 1, what, "Move it out of the unit's folder"))
        source[path.relative_to(unit.folder).as_posix()] = path.read_bytes()
    if problems:
        return None, problems
    source[f"{unit.id}.ipynb"] = source_notebook(course, unit, cells).encode("utf-8")
    return _Draft(unit, cells, hints, source), []


def _catalogue(course: Course, drafts: Sequence[_Draft]) -> str:
    """The catalogue; units that are not built this time keep the entry they had."""
    entries: dict[str, Any] = {}
    path = course.root / CATALOGUE
    if len(drafts) < len(course.units) and path.is_file():
        entries = {entry["id"]: entry for entry in json.loads(path.read_bytes())["units"]}
    for draft in drafts:
        entries[draft.unit.id] = unit_entry(draft.unit, draft.cells, draft.hints)
    listed = [entries[unit.id] for unit in course.units if unit.id in entries]
    return catalogue_text(course, listed)
