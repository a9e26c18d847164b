"""A course as `autograder init` writes it, with packages of its own, for tests to spoil."""

from __future__ import annotations

import secrets
from pathlib import Path

from autograder.authoring.new_course import new_course


class WholeCourse:
    """One unit, 01_first, with one exercise, `median`. Its packages have names no other has."""

    def __init__(self, parent: Path) -> None:
        self.name = f"course_{secrets.token_hex(4)}"
        self.root = parent / self.name
        new_course(self.root)
        self.manifest = self.root / "course" / "course.toml"
        self.lesson = self.root / "course" / "units" / "01_first" / "lesson.py"
        self.packages = self.root / "packages"
        self.exercises = self.packages / self.name / "exercises" / "u01_first"
        self.exercise = self.exercises / "median.py"
        self.hidden_folder = self.packages / f"{self.name}_hidden" / "u01_first"
        self.hidden = self.hidden_folder / "median" / "hidden.py"
        self.answers = self.hidden_folder / "median" / "answers.py"

    @property
    def is_built(self) -> bool:
        return (self.root / "release").exists() or (self.root / "source_notebooks").exists()


def rewrite(path: Path, old: str, new: str) -> None:
    """Replaces `old`, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def line_of(path: Path, words: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)
