"""release/catalogue.json: all that the students' package knows of the course."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.authoring.roles import TEST, TODO, WRITTEN, grade_id, name_of
from autograder.authoring.rules import of_role
from autograder.course import Course, Unit
from autograder.lesson_file import LessonCell


def unit_entry(
    unit: Unit, cells: Sequence[LessonCell], hints: Mapping[str, list[str]]
) -> dict[str, Any]:
    """One unit of the catalogue; its todos and questions in the lesson's order."""
    tests = {name_of(cell): cell for cell in of_role(cells, TEST)}
    return {
        "id": unit.id,
        "title": unit.title,
        "minutes": unit.minutes,
        "points": unit.points,
        "budget_seconds": unit.budget_seconds,
        "data": list(unit.data),
        "prerequisites": list(unit.prerequisites),
        "todos": [
            {
                "id": name,
                "points": tests[name].attributes["points"],
                "test": grade_id(tests[name]),
                "hints": hints[str(name)],
            }
            for name in map(name_of, of_role(cells, TODO))
        ],
        "written": [
            {"id": name_of(cell), "points": cell.attributes["points"]}
            for cell in of_role(cells, WRITTEN)
        ],
    }


def catalogue_text(course: Course, entries: Sequence[Mapping[str, Any]]) -> str:
    """The whole file."""
    table = {
        "course": {
            "title": course.title,
            "repository": course.repository,
            "branch": course.branch,
        },
        "units": list(entries),
    }
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n"
