"""Skeletons that nobody has filled in yet: `autograder new` marks what is to be written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from autograder.authoring.problem import Problem
from autograder.course import Unit
from autograder.exercise_places import exercises_folder, hidden_folder

MARK = "UNFINISHED:"


def unfinished(unit: Unit) -> list[Problem]:
    """Every mark in the files of the unit, with the words that stand behind it."""
    folders = (exercises_folder(unit), hidden_folder(unit))
    files = [unit.lesson, unit.hints, *(p for folder in folders for p in folder.rglob("*.py"))]
    return [problem for path in sorted(files) if path.is_file() for problem in _marks(path)]


def _marks(path: Path) -> Iterable[Problem]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        _, mark, words = line.partition(MARK)
        if mark:
            asked = words.partition('"')[0].strip(" .#")  # no quote that closes, nor what follows
            yield Problem(
                path,
                number,
                f"still a skeleton: {asked}",
                f"Write it, and take out the word {MARK}",
            )
