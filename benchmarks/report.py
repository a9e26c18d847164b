"""Render docs/benchmarks.md from the sections that the benchmarks wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from measuring import SECTIONS

PAGE = SECTIONS.with_suffix(".md")
HEAD = """# Benchmarks

Every table was written by the command above it. Each cell with a range holds the median, and in
brackets the middle half of the values (all of them where there are fewer than four). All
alternatives of a table were measured by turns in one run on the machine named.
"""


def render(found: dict[str, Any]) -> str:
    """One section as Markdown."""
    columns = list(found["rows"][0])
    lines = [f"## {found['title']}", "", found["about"], "", f"`{found['command']}`", ""]
    machine = ", ".join(f"{name} {value}" for name, value in found["machine"].items())
    lines += [f"n = {found['n']}; {machine}.", ""]
    lines.append("| " + " | ".join(columns) + " |")
    lines.append("|" + " --- |" * len(columns))
    for row in found["rows"]:
        lines.append("| " + " | ".join(str(row[name]) for name in columns) + " |")
    return "\n".join(lines) + "\n"


def main(folder: Path = SECTIONS, page: Path = PAGE) -> None:
    sections = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    if not sections:
        raise SystemExit(f"There are no sections in {folder}. Run a benchmark with --save first.")
    page.write_text("\n".join([HEAD, *map(render, sections)]))
    print(f"wrote {page} from {len(sections)} sections")


if __name__ == "__main__":
    main()
