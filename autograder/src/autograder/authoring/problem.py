"""One reason why a unit cannot be built, with the place and the mend."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.errors import DONE_BUT_NOT_PASSED


@dataclass(frozen=True, order=True)
class Problem:
    """`file` and `line` (1-based) say where, `what` says what is wrong, `mend` what to do.

    `exit_code` is what the command ends with: 2 where the course is not put together as a course,
    1 where it is, and says something that cannot be released.
    """

    file: Path
    line: int
    what: str
    mend: str
    exit_code: int = DONE_BUT_NOT_PASSED

    def __str__(self) -> str:
        return f"{shown(self.file)}:{self.line}: {self.what}. {self.mend}."


def shown(path: Path) -> Path:
    """`path` as a person in the current folder would type it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
