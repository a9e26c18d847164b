"""hints.toml: three graded hints for every exercise, from a nudge to nearly the answer."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from autograder.authoring.problem import Problem
from autograder.errors import LessonError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HINTS_PER_EXERCISE = 3
_MEND = f"Write exactly {HINTS_PER_EXERCISE} non-empty hints, from a nudge to nearly the answer"


def read_hints(
    path: Path, exercises: Sequence[tuple[str, Path, int]]
) -> tuple[dict[str, list[str]], list[Problem]]:
    """The hints of each exercise, and what is wrong with them.

    `exercises` are (id, lesson file, line) in the lesson's order: one without hints is a fault of
    the lesson as much as of the hints, so the problem names the line of its cell.
    """
    try:
        table, text = hints_table(path)
    except LessonError as error:
        return {}, [Problem(error.file, error.line, error.what, error.mend)]
    problems = []
    for exercise, lesson, line in exercises:
        if exercise not in table:
            mend = f'Add to {path.name}: [{exercise}] and hints = ["…", "…", "…"]'
            problems.append(Problem(lesson, line, f"the exercise {exercise!r} has no hints", mend))
            continue
        complaint = _complaint(table[exercise])
        if complaint:
            what = f"the hints of {exercise!r} {complaint}"
            problems.append(Problem(path, _header_line(text, exercise), what, _MEND))
    known = [exercise for exercise, _, _ in exercises]
    for extra in [name for name in table if name not in known]:
        close = get_close_matches(extra, known, n=1)
        mend = f"Did you mean [{close[0]}]? Otherwise delete" if close else "Delete"
        what = f"hints for {extra!r}, which is no exercise of the lesson"
        problems.append(Problem(path, _header_line(text, extra), what, f"{mend} this table"))
    return {
        exercise: table[exercise]["hints"] for exercise in known
    } if not problems else {}, problems


def hints_table(path: Path) -> tuple[dict[str, Any], str]:
    """What the file says, and its text; nothing where there is none. Raises a LessonError."""
    if not path.is_file():
        return {}, ""
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text), text
    except UnicodeDecodeError as error:
        raise LessonError(path, 1, "not UTF-8 text", "Save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found.group(1)) if found else max(1, text.count("\n"))
        raise LessonError(path, line, f"not valid TOML: {error}", "Mend that line") from error


def _complaint(entry: Any) -> str | None:
    if not isinstance(entry, dict) or "hints" not in entry:
        return 'are not written as hints = ["…", "…", "…"]'
    hints = entry["hints"]
    if entry.keys() != {"hints"}:
        return f"have unknown keys: {', '.join(sorted(entry.keys() - {'hints'}))}"
    if not isinstance(hints, list) or len(hints) != HINTS_PER_EXERCISE:
        count = len(hints) if isinstance(hints, list) else "no list of"
        return f"are {count}, not {HINTS_PER_EXERCISE}"
    if not all(isinstance(hint, str) and hint.strip() for hint in hints):
        return "hold an empty one"
    return None


def _header_line(text: str, name: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip().strip("[]").strip().strip("\"'") == name:
            return number
    return 1
