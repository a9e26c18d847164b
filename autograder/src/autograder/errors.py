"""Errors of the instructors' tools, each with the exit code it deserves."""

from __future__ import annotations

from pathlib import Path

from cnnlab.errors import CnnlabError, UnknownNameError

DONE_BUT_NOT_PASSED = 1
WRONG_USAGE = 2
INFRASTRUCTURE = 3


class AutograderError(CnnlabError):
    """Something an instructor can mend; `exit_code` is what the command line ends with."""

    exit_code = WRONG_USAGE
    brief = "could not be graded"  # for a table's cell


class InfrastructureError(AutograderError):
    """The machine, the sandbox, the gradebook or the network failed; no answer is at fault."""

    exit_code = INFRASTRUCTURE


class UsageError(AutograderError):
    """Options that cannot be meant together."""


class CourseError(AutograderError):
    """course.toml is missing or says something that cannot be meant."""


class UnknownUnitError(UnknownNameError, AutograderError):
    """A unit was asked for that course.toml does not list."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__("unit", name, known, advice="Units are listed in course/course.toml.")


class UnknownExerciseError(UnknownNameError, AutograderError):
    """An exercise was asked for to which the bank has no answer."""

    def __init__(self, name: str, known: list[str]) -> None:
        advice = "The bank has no answers to it in the units that were asked for."
        super().__init__("exercise", name, known, advice=advice)


class LessonError(AutograderError):
    """A lesson.py that cannot be read at all: where, why, and how to mend it."""

    def __init__(self, file: Path, line: int, what: str, mend: str) -> None:
        super().__init__(f"{file}:{line}: {what}. {mend}.")
        self.file = file
        self.line = line
        self.what = what
        self.mend = mend


class PullError(AutograderError):
    """An instructor notebook cannot be brought back into its lesson."""
