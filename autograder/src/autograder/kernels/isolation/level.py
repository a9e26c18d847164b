"""What every level of isolation offers, whatever it is built from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from autograder.kernels.isolation import view


class Level(ABC):
    """One way to keep submissions apart from this machine and from each other."""

    name: ClassVar[str]
    isolation: ClassVar[str]  # what each kernel sets up for itself: see inside/isolation.py

    @abstractmethod
    def problem(self) -> str | None:
        """Why this machine does not allow it, and what would; None if it does. Really tried."""

    def command(self, folder: Path, program: list[str], hides: Sequence[str] = ()) -> list[str]:
        """The command that runs `program` at this level, with `folder` to speak through.

        Where the level can, the files of the modules `hides` are not there.
        """
        return program

    def seen_inside(self, path: Path) -> Path:
        """How a path below `folder` is called by what runs inside."""
        return path

    def place_of_inside(self) -> Path:
        """The folder from which the learner's side is started."""
        return view.INSIDE.parent

    def import_places(self) -> list[Path]:
        """Where learners' code imports from: never a place from which `autograder` comes."""
        beside = dict.fromkeys(library.parent for library in view.course_libraries())
        return [*view.installed_libraries(), *beside]

    def new_uid(self) -> int | None:
        """A user id for one submission, where processes can have another than ours."""
        return None
