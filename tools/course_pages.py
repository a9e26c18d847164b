"""Writes the generated parts of course/*.md: python tools/course_pages.py

The syllabus gets the path and the table of units, from course.toml and the release's catalogue;
the instructor's guide gets the known wrong answers to every exercise, from the answer banks.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from autograder.answers import read_bank
from autograder.course import Course, Unit

ROOT = Path(__file__).parents[1]


def main() -> int:
    for path in PAGES:
        path.write_text(current(path), encoding="utf-8")
        print(path)
    return 0


def current(path: Path) -> str:
    """The page at `path` as it should be: what stands between its two marks, written anew."""
    start, end = "<!-- written by tools/course_pages.py -->", "<!-- end -->"
    before, _, rest = path.read_text(encoding="utf-8").partition(start)
    _, _, after = rest.partition(end)
    return f"{before}{start}\n\n{PAGES[path](Course.load(ROOT))}\n\n{end}{after}"


def path_and_table(course: Course) -> str:
    return f"{_figure(course)}\n\n{_table(course)}"


def _figure(course: Course) -> str:
    """What must come before what, as a Mermaid diagram: GitHub and JupyterLab draw it."""
    lines = ["```mermaid", "flowchart TD"]
    lines += [f'    u{_number(unit)}["{_number(unit)} · {unit.title}"]' for unit in course.units]
    lines += [
        f"    u{earlier[:2]} --> u{_number(unit)}"
        for unit in course.units
        for earlier in unit.prerequisites
    ]
    return "\n".join([*lines, "```"])


def _table(course: Course) -> str:
    catalogue = json.loads((ROOT / "release" / "catalogue.json").read_bytes())
    exercises = {
        entry["id"]: [todo["id"] for todo in entry["todos"]] for entry in catalogue["units"]
    }
    rows = [
        "| unit | minutes | needs | exercises | points | data |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for unit in course.units:
        needs = ", ".join(earlier[:2] for earlier in unit.prerequisites) or "–"
        names = ", ".join(f"`{name}`" for name in exercises[unit.id])
        rows.append(
            f"| **{_number(unit)}** {unit.title} | {unit.minutes} | {needs} | {names} | "
            f"{unit.points:g} | {', '.join(unit.data)} |"
        )
    minutes = sum(unit.minutes for unit in course.units)
    count = sum(map(len, exercises.values()))
    rows.append(f"| **in all** | {minutes} | | {count} exercises | | |")
    return "\n".join(rows)


def wrong_turns(course: Course) -> str:
    parts = []
    for unit in course.units:
        turns: dict[str, list[str]] = {}
        for answer in read_bank(unit):
            if not answer.right:
                turns.setdefault(answer.exercise, []).append(answer.name)
        lines = [f"- `{exercise}`: {'; '.join(names)}." for exercise, names in turns.items()]
        parts.append(f"**{_number(unit)} {unit.title}**\n\n" + "\n".join(lines))
    return "\n\n".join(parts)


def _number(unit: Unit) -> str:
    return unit.id[:2]


PAGES: dict[Path, Callable[[Course], str]] = {
    ROOT / "course" / "syllabus.md": path_and_table,
    ROOT / "course" / "instructor_guide.md": wrong_turns,
}

if __name__ == "__main__":
    sys.exit(main())
