"""The whole corpus for a unit: attacks by code, and files tampered with or damaged."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.course import Course
from autograder.hostile.case import WRONG, Case
from autograder.hostile.structure import structural_cases
from autograder.lesson_file import LessonCell, read_lesson
from autograder.solutions import compose, solutions
from autograder.submissions import read_built

ATTACKS = Path(__file__).parent / "attacks"
UNIT = "01_convolutions"  # whose answers compute nothing for long
VICTIM = "conv_output_size"


def corpus(course: Course, release: NotebookNode | None = None) -> list[Case]:
    """Every case, by number, made from `release` (None: the unit's own)."""
    unit = course.unit(UNIT)
    release = release or read_built(unit, unit.release_notebook)
    solved = solutions(unit)
    cases = [
        _by_code(cell, release, solved)
        for path in sorted(ATTACKS.glob("*.py"))
        for cell in read_lesson(path)
        if "attack" in cell.attributes
    ]
    cases += structural_cases(release, solved)
    return sorted(cases, key=lambda case: case.number)


def _by_code(cell: LessonCell, release: NotebookNode, solved: dict[str, str]) -> Case:
    """A right submission in which one answer is wrong and followed by an attack."""
    attributes = cell.attributes
    exercise = attributes.get("todo", VICTIM)
    source = f"{WRONG[exercise]}\n\n{cell.source}"
    return Case(
        number=int(attributes["number"]),
        name=attributes["attack"],
        content=nbformat.writes(compose(release, {**solved, exercise: source})).encode(),
        points=float(attributes["points"]),
        leaves=attributes.get("leaves", ""),
        needs=attributes.get("needs", ""),
    )
