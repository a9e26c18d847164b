"""Where results are kept: one JSON file for each submission, written whole or not at all.

Beside it lies the graded notebook. It is written first, so that a result that is there is whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import nbformat
from filelock import FileLock, Timeout
from nbformat import NotebookNode

from autograder.course import Unit
from autograder.errors import AutograderError, InfrastructureError
from autograder.judging.graded import Graded
from autograder.results.digests import Digests
from autograder.results.record import from_record, to_record
from cnnlab.home import write_atomically

DEFAULT_FOLDER = "graded"


class NoResultsError(AutograderError):
    """Nothing has been graded yet."""


@dataclass(frozen=True)
class Store:
    """The results of one unit."""

    folder: Path
    unit: str

    @classmethod
    def of(cls, unit: Unit, results: Path | None = None) -> Store:
        """The results of `unit` below the folder `results`, or beside the course."""
        return cls((results or unit.root / DEFAULT_FOLDER) / unit.id, unit.id)

    def load(self, student: str, digests: Digests) -> Graded | None:
        """The kept result, if it depends on nothing that has changed since.

        A failure of ours is no result: it is never taken over.
        """
        record = self._read(self._json(student))
        if record is None or record[1] != digests.as_dict() or not record[0].is_finished:
            return None
        return record[0]

    def all(self) -> list[Graded]:
        """Every kept result, by student."""
        records = [self._read(path) for path in sorted(self.folder.glob("*.json"))]
        found = sorted((record[0] for record in records if record), key=lambda g: g.student)
        if not found:
            raise NoResultsError(
                f"There are no results of {self.unit} in {self.folder}. Grade first: "
                f"autograder grade submitted --unit {self.unit}"
            )
        return found

    def notebook(self, student: str) -> NotebookNode | None:
        """The graded notebook of a student, as it is shown to them."""
        path = self.notebook_path(student)
        return nbformat.read(path, as_version=4) if path.exists() else None

    def keep(self, graded: Graded, digests: Digests) -> None:
        content = json.dumps(to_record(graded, digests), indent=2, ensure_ascii=False)
        try:
            if graded.notebook is not None:
                notebook = nbformat.writes(graded.notebook, version=4)
                write_atomically(self.notebook_path(graded.student), _bytes(notebook))
            write_atomically(self._json(graded.student), _bytes(content))
        except OSError as problem:
            raise InfrastructureError(
                f"The result of {graded.student} could not be kept in {self.folder} "
                f"({problem.strerror}). Make room, or name another folder with --results."
            ) from problem

    def discard(self, student: str) -> None:
        """Takes a result away that is no longer true."""
        self._json(student).unlink(missing_ok=True)
        self.notebook_path(student).unlink(missing_ok=True)

    @contextmanager
    def reserved(self) -> Iterator[None]:
        """Keeps a second run away meanwhile; whoever is killed lets go of it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / ".lock", timeout=0):
                for left_over in self.folder.glob(".*.tmp"):
                    left_over.unlink(missing_ok=True)
                yield
        except Timeout as problem:
            raise InfrastructureError(
                f"Another `autograder grade` writes to {self.folder} at this moment. Wait for it, "
                "or name another folder with --results."
            ) from problem

    def notebook_path(self, student: str) -> Path:
        return self.folder / f"{student}.ipynb"

    def _json(self, student: str) -> Path:
        return self.folder / f"{student}.json"

    def _read(self, path: Path) -> tuple[Graded, dict[str, str]] | None:
        """A result and its digests; None if there is none that can be read."""
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            record = json.loads(path.read_text(encoding="utf-8"))
            graded = from_record(record)
            if graded.unit == self.unit and graded.student == path.stem:
                return graded, record["digests"]
        return None


def _bytes(text: str) -> bytes:
    return f"{text}\n".encode("utf-8", "replace")
