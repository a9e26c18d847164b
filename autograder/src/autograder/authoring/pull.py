"""`autograder pull`: an edit made in JupyterLab goes back into lesson.py."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.authoring.notebook import (
    BADGE_ID,
    INSTALL_ID,
    badge_source,
    cell_ids,
    install_source,
    source_notebook,
)
from autograder.authoring.problem import Problem, shown
from autograder.authoring.roles import (
    TEST,
    TEST_PREFIX,
    TODO,
    Role,
    name_of,
    role_in_notebook,
    role_of,
)
from autograder.cells import grade_id, is_manual_task, points, tags
from autograder.course import Course, Unit
from autograder.errors import PullError
from autograder.lesson_file import (
    LessonCell,
    keep_layout,
    parse_lesson,
    read_lesson,
    write_lesson,
)
from cnnlab.home import write_atomically

# What nbgrader's toolbar calls a cell until a person gives it a name.
_GENERATED_ID = re.compile(r"cell-[0-9a-f]+")
_DEFINITION = re.compile(r"^(?:async +def|def|class) +(\w+)", re.MULTILINE)


@dataclass
class PullReport:
    """What a pull did; `notes` say what it named or left out on its own account."""

    unit: str
    lesson: Path
    changed: bool
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lesson = shown(self.lesson)
        if not self.changed:
            return "\n".join([f"✓ {lesson} already says the same.", *self.notes])
        done = f"✓ {lesson} holds the notebook's edits now. Next: autograder build {self.unit}"
        return "\n".join([done, *self.notes])


def pull(course: Course, unit: str) -> PullReport:
    """Write source_notebooks/<unit>/<unit>.ipynb back to the unit's lesson.py.

    Outputs, execution counts and what editors note for themselves are dropped, as are the cells
    the build puts in. A lesson that already says the same is not touched.
    """
    target = course.unit(unit)
    notebook = _read_notebook(target)
    _refuse_another_unit(course, target, notebook)
    notes: list[str] = []
    cells = _lesson_cells(course, target, notebook, notes)
    old: list[LessonCell] = read_lesson(target.lesson) if target.lesson.is_file() else []
    text = write_lesson(keep_layout(cells, old))
    _refuse_loss(target, cells, parse_lesson(text))
    changed = cells != old
    if changed:
        write_atomically(target.lesson, text.encode("utf-8"))
    return PullReport(target.id, target.lesson, changed, notes)


def unpulled(course: Course, unit: Unit, cells: Sequence[LessonCell]) -> Problem | None:
    """Edits in the instructor notebook that building from `cells` would destroy.

    A notebook exactly as a build writes it holds none; one that an editor saved has the editor's
    marks, and then its cells are compared with the lesson's.
    """
    if not unit.source_notebook.is_file():
        return None
    try:
        notebook = _read_notebook(unit)
    except PullError:
        return None  # damaged, say by a merge conflict: a new one is what is wanted
    try:
        edited = _lesson_cells(course, unit, notebook, notes=[])
    except PullError as error:
        return Problem(unit.source_notebook, 1, str(error).rstrip("."), "Or delete the notebook")
    injected = (BADGE_ID, INSTALL_ID)
    own = [cell for cell in notebook.cells if cell.get("id") not in injected]
    as_built = nbformat.reads(source_notebook(course, unit, edited), as_version=4)
    rebuilt = [cell for cell in as_built.cells if cell.id not in injected]
    if edited == list(cells) or (own == rebuilt and notebook.metadata == as_built.metadata):
        return None
    by_id = zip(cell_ids(edited), edited, strict=True)
    unlike = [cell_id for cell_id, cell in by_id if cell not in cells]
    named = f" ({', '.join(unlike[:3])}{', …' if len(unlike) > 3 else ''})" if unlike else ""
    what = f"this notebook was saved by an editor, and its cells{named} differ from the lesson's"
    mend = (
        f"If the notebook is right: autograder pull {unit.id}, which rewrites the lesson. "
        f"If the lesson is right: delete the notebook and build"
    )
    return Problem(unit.source_notebook, 1, what, mend)


def _read_notebook(unit: Unit) -> NotebookNode:
    path = unit.source_notebook
    if not path.is_file():
        raise PullError(
            f"There is no notebook {path}. Build it first: autograder build {unit.id}; "
            f"then edit it in JupyterLab and pull again."
        )
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        nbformat.validate(notebook)
    except Exception as error:  # nbformat raises many kinds for many sorts of damage
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise PullError(
            f"{path} is not a notebook that can be read ({first}). "
            f"Restore it, or build it anew from the lesson: autograder build {unit.id}."
        ) from error
    return notebook


def _lesson_cells(
    course: Course, unit: Unit, notebook: NotebookNode, notes: list[str]
) -> list[LessonCell]:
    injected = {BADGE_ID: badge_source(course, unit), INSTALL_ID: install_source(course)}
    cells: list[LessonCell] = []
    for number, cell in enumerate(notebook.cells, 1):
        cell_id = cell.get("id")
        if cell_id in injected or cell.source in injected.values():
            if cell.source not in injected.values():
                notes.append(
                    f"Cell {number} ({cell_id}) is written by the build; the edit to it was "
                    f"left out. Its address comes from {course.manifest.name}."
                )
            continue
        cells.append(_lesson_cell(unit, cell, number, cells, notes))
    return cells


def _lesson_cell(
    unit: Unit, cell: NotebookNode, number: int, before: Sequence[LessonCell], notes: list[str]
) -> LessonCell:
    attributes: dict[str, Any] = {}
    if is_manual_task(cell):
        raise PullError(
            f"{unit.source_notebook}, cell {number} ({grade_id(cell)}) is a manually "
            f"graded task, which lessons do not have. Make it a manually graded answer."
        )
    if cell.get("attachments"):
        raise PullError(
            f"{unit.source_notebook}, cell {number}: an image was pasted into the cell, which a "
            f"lesson's text cannot hold. Save it as a file in {unit.folder} and show it from there."
        )
    role = role_in_notebook(cell)
    if role is not None:
        given = grade_id(cell)
        name = _name(role, given, cell.source, before)
        if role.prefix + name != given:
            notes.append(f"Cell {number}: {given!r} is now {role.attribute}={name!r}.")
        attributes[role.attribute] = name
        if role.grade and points(cell) is not None:
            attributes["points"] = _plain_number(points(cell))
    if tags(cell):
        attributes["tags"] = tags(cell)
    # Newlines at a cell's end are layout in the lesson's text, so they are no edit.
    return LessonCell(cell.cell_type, cell.source.rstrip("\n"), attributes)


def _name(role: Role, given: str, source: str, before: Sequence[LessonCell]) -> str:
    """The lesson's name for a cell; made from its neighbours if nbgrader only made one up."""
    if _GENERATED_ID.fullmatch(given):
        if role is TODO and (found := _DEFINITION.search(source)):
            return found.group(1)
        if role is TEST:
            tested = {name_of(cell) for cell in before if role_of(cell) is TEST}
            todos = [name_of(cell) for cell in before if role_of(cell) is TODO]
            open_todos = [str(name) for name in todos if name not in tested]
            if open_todos:
                return open_todos[-1]
    name = given.removeprefix(TEST_PREFIX) if role is TEST else given
    return re.sub(r"\W", "_", name, flags=re.ASCII)


def _plain_number(points: Any) -> Any:
    """8 for 8.0: nbgrader's gradebook and toolbar turn whole numbers into floats."""
    return int(points) if isinstance(points, float) and points.is_integer() else points


def _refuse_another_unit(course: Course, unit: Unit, notebook: NotebookNode) -> None:
    """A notebook saved under the wrong name must not overwrite this unit's lesson."""
    badges = {badge_source(course, other): other for other in course.units}
    for cell in notebook.cells:
        other = badges.get(cell.source)
        if other is not None and other != unit:
            raise PullError(
                f"{unit.source_notebook} is the notebook of {other.id}, not of {unit.id}. "
                f"Move it to {other.source_notebook}, then: autograder build {unit.id}."
            )


def _refuse_loss(unit: Unit, cells: Sequence[LessonCell], again: Sequence[LessonCell]) -> None:
    """The lesson's text must say exactly what the notebook says, or nothing is written."""
    if list(cells) == list(again):
        return
    pairs = zip(cells, again, strict=False)
    first = next((n for n, (one, other) in enumerate(pairs) if one != other), len(again))
    source = cells[min(first, len(cells) - 1)].source.splitlines() or [""]
    raise PullError(
        f"{unit.source_notebook}: the cell that begins {source[0]!r} cannot be written into "
        f"{unit.lesson.name}, most likely because a line in it looks like the cell marker "
        f"`# %%`. Change that line and pull again; nothing was written."
    )
