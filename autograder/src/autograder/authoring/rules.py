"""What a lesson must keep to, so that every exercise can be checked, hinted at and graded.

Every rule looks at the whole lesson and yields all its problems; none stops at the first.
"""

from __future__ import annotations

import keyword
import math
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TypeGuard

from autograder.authoring.problem import Problem
from autograder.authoring.python_code import syntax_error
from autograder.authoring.questions import Questions
from autograder.authoring.roles import (
    ATTRIBUTES,
    HIDE,
    NAME,
    ROLES,
    TEST,
    TODO,
    WRITTEN,
    Role,
    grade_id,
    name_of,
    role_of,
)
from autograder.course import Unit
from autograder.errors import DONE_BUT_NOT_PASSED, WRONG_USAGE
from autograder.lesson_file import LessonCell

A_NAME = (
    "Use letters, digits and underscores, at most 48, no digit first; no word of Python's own, "
    "nor `use`, `brief` or `compare`, which `check` has already"
)
_OTHER_THINGS = ("brief", "compare", "use")  # what `check` offers besides exercises
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
# nbgrader recognises these words wherever they stand, with or without the three signs.
_BEGIN_WORDS, _END_WORDS = "BEGIN SOLUTION", "END SOLUTION"
# nbgrader's other ways of keeping tests in the notebook; ours never enter it.
_FOREIGN = ("BEGIN HIDDEN TESTS", "AUTOTEST")


def lesson_problems(
    unit: Unit, cells: Sequence[LessonCell], checks: Questions | None = None
) -> list[Problem]:
    """Everything that is wrong with the lesson's cells."""
    lesson = unit.lesson
    malformed = [p for rule in (_attributes, _names, _points) for p in rule(lesson, cells)]
    broken = [p for rule in (_pairs, _solutions, _foreign, _python) for p in rule(lesson, cells)]
    problems = [*malformed, *broken, *_total(unit, cells)]
    if checks is not None and not malformed:
        problems += checks.problems_of_unit(unit, cells)
    return problems


def is_name(value: object) -> TypeGuard[str]:
    """Whether an exercise or a cell may be called so: `check.NAME` has to be Python."""
    if not isinstance(value, str) or not NAME.fullmatch(value):
        return False
    return not keyword.iskeyword(value) and value not in _OTHER_THINGS


def of_role(cells: Sequence[LessonCell], role: Role) -> list[LessonCell]:
    """The cells that have this role, in order."""
    return [cell for cell in cells if role_of(cell) is role]


def _attributes(lesson: Path, cells: Sequence[LessonCell]) -> Iterator[Problem]:
    for cell in cells:
        for key, value in cell.attributes.items():
            if key not in ATTRIBUTES:
                shown = f"{value!r} after the cell marker" if key == "title" else f"{key!r}"
                close = get_close_matches(key, ATTRIBUTES, n=1)
                mend = f"Did you mean {close[0]!r}" if close else f"Use {', '.join(ATTRIBUTES)}"
                yield Problem(lesson, cell.line, f"unknown cell attribute {shown}", mend)
        given = [role.attribute for role in ROLES if role.attribute in cell.attributes]
        if len(given) > 1:
            what = f"one cell is both {' and '.join(given)}"
            yield Problem(lesson, cell.line, what, "Split it into a cell for each")
        role = role_of(cell)
        if role is not None and cell.kind not in role.kinds:
            what = f"a {role.attribute} cell cannot be a {cell.kind} cell"
            yield Problem(lesson, cell.line, what, f"Make it a {' or '.join(role.kinds)} cell")
        if HIDE in cell.tags and (cell.kind != "code" or role in (TODO, WRITTEN)):
            what = f"the tag {HIDE!r} hides what learners must see: a text, or a cell to fill in"
            yield Problem(lesson, cell.line, what, "Take the tag off; it is for ready-made code")


def _names(lesson: Path, cells: Sequence[LessonCell]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for cell in cells:
        role, identity = role_of(cell), grade_id(cell)
        if role is None or identity is None:
            continue
        value = cell.attributes[role.attribute]
        if not is_name(value):
            what = f"{role.attribute}={value!r} is not a name"
            code = WRONG_USAGE if role is TODO else DONE_BUT_NOT_PASSED
            yield Problem(lesson, cell.line, what, A_NAME, code)
        if identity in seen:
            what = f"the id {identity!r} is already used in line {seen[identity]}"
            yield Problem(lesson, cell.line, what, "Give one of the two cells another name")
        seen.setdefault(identity, cell.line)


def _pairs(lesson: Path, cells: Sequence[LessonCell]) -> Iterator[Problem]:
    todos = {name_of(cell): cell for cell in reversed(of_role(cells, TODO))}
    tests = {name_of(cell): cell for cell in reversed(of_role(cells, TEST))}
    for name, cell in todos.items():
        if name not in tests:
            mend = f'Add a cell `# %% test="{name}" points=…` below it'
            yield Problem(lesson, cell.line, f"the exercise {name!r} has no test cell", mend)
        elif tests[name].line < cell.line:
            what = f"the test of {name!r} stands above its exercise"
            yield Problem(lesson, tests[name].line, what, "Move it below")
    for name, cell in tests.items():
        if name not in todos:
            close = get_close_matches(str(name), [str(todo) for todo in todos], n=1)
            mend = f"Did you mean {close[0]!r}" if close else f'Add a cell `# %% todo="{name}"`'
            yield Problem(lesson, cell.line, f"the test {name!r} has no exercise", mend)


def _is_points(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf


def _points(lesson: Path, cells: Sequence[LessonCell]) -> Iterator[Problem]:
    for cell in cells:
        role, points = role_of(cell), cell.attributes.get("points")
        if role is not None and role.grade and not _is_points(points):
            shown = "no points" if points is None else f"points={points!r}"
            what = f"{role.attribute}={name_of(cell)!r} has {shown}"
            yield Problem(lesson, cell.line, what, "Give it a positive number, such as points=8")
        elif points is not None and (role is None or not role.grade):
            what = "points on a cell that is not graded"
            mend = "Points belong to cells with test=… or written=…"
            yield Problem(lesson, cell.line, what, mend)


def total_points(cells: Sequence[LessonCell]) -> float | None:
    """The points of all graded cells together; None where a cell does not say its own."""
    graded = [cell for cell in cells if (role := role_of(cell)) and role.grade]
    points = [cell.attributes.get("points") for cell in graded]
    return sum(filter(_is_points, points)) if all(map(_is_points, points)) else None


def _total(unit: Unit, cells: Sequence[LessonCell]) -> Iterator[Problem]:
    total = total_points(cells)
    if total is not None and total != unit.points:
        what = f"the points add up to {total:g}, but course.toml says {unit.points:g}"
        yield Problem(unit.lesson, 1, what, f"Change the points here or those of {unit.id} there")


def _solutions(lesson: Path, cells: Sequence[LessonCell]) -> Iterator[Problem]:
    wrap = f"Put the answer between `{BEGIN}` and `{END}`"
    for cell in cells:
        role, opened, regions = role_of(cell), 0, 0
        for offset, line in enumerate(cell.source.splitlines(), 1):
            place = cell.line + offset
            if _BEGIN_WORDS in line:
                if opened:
                    what = f"a solution begins inside the one of line {opened}"
                    yield Problem(lesson, place, what, f"Close the first with `{END}`")
                opened, regions = place, regions + 1
            elif _END_WORDS in line:
                if not opened:
                    yield Problem(lesson, place, "a solution ends that never began", wrap)
                opened = 0
        if opened:
            yield Problem(lesson, opened, "a solution begins and never ends", wrap)
        if role in (TODO, WRITTEN) and not regions:
            what = f"{role.attribute}={name_of(cell)!r} has no solution region"
            yield Problem(lesson, cell.line, what, wrap)
        if role not in (TODO, WRITTEN) and regions:
            what = "a solution outside of a todo or written cell would reach the students' version"
            place = cell.line_of(_BEGIN_WORDS)
            yield Problem(lesson, place, what, 'Mark the cell with todo="…" or written="…"')


def _foreign(lesson: Path, cells: Sequence[LessonCell]) -> Iterator[Problem]:
    for cell in cells:
        words = next((words for words in _FOREIGN if words in cell.source), None)
        if words is not None:
            what = f"{words!r} keeps tests in the notebook, where students' code can reach them"
            mend = "Move the test into the unit's hidden checks"
            yield Problem(lesson, cell.line_of(words), what, mend)


def _python(lesson: Path, cells: Sequence[LessonCell]) -> Iterator[Problem]:
    for cell in cells:
        if cell.kind == "code" and (error := syntax_error(cell.source)):
            what = f"not valid Python: {error.msg}"
            place = cell.line + (error.lineno or 0)
            yield Problem(lesson, place, what, "Mend the line; magics such as %timeit are fine")
