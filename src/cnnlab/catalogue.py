"""What a course offers, read from the release that travels with its package."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from cnnlab.errors import CnnlabError, UnknownNameError

OURS = "cnnlab"


class ReleaseMissingError(CnnlabError):
    """The release notebooks are not where they should be."""


@dataclass(frozen=True)
class Exercise:
    """One TODO as the catalogue knows it."""

    id: str
    points: float
    hints: tuple[str, ...]


@dataclass(frozen=True)
class Unit:
    id: str
    title: str
    minutes: int
    points: float
    prerequisites: tuple[str, ...]
    data: tuple[str, ...]
    exercises: tuple[Exercise, ...]
    folder: Path

    @property
    def notebook(self) -> Path:
        return self.folder / f"{self.id}.ipynb"


def release_folder(package: str = OURS) -> Path:
    """The release of the course whose package learners install: inside that package, or in a
    checkout beside the folder that holds it, such as `src/` or `packages/`.
    """
    place = Path(str(import_module(package).__file__)).parent
    for folder in (place / "release", place.parents[1] / "release"):
        if (folder / "catalogue.json").is_file():
            return folder
    raise ReleaseMissingError(
        f"The course's notebooks were not found beside {place}. The installation is incomplete; "
        f"mend it with: pip install --force-reinstall --no-deps {package}"
    )


@cache
def units(package: str = OURS) -> tuple[Unit, ...]:
    """Every unit, in the order of the course."""
    folder = release_folder(package)
    found = json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))
    return tuple(_unit(row, folder) for row in found["units"])


def find_unit(unit_id: str) -> Unit:
    """The unit of that id; its number alone, such as `02`, is enough."""
    for unit in units():
        if unit_id in (unit.id, unit.id.partition("_")[0]):
            return unit
    raise UnknownNameError(
        "unit", unit_id, [unit.id for unit in units()], "See them all with: cnnlab list"
    )


def find_exercise(exercise_id: str, package: str = OURS) -> tuple[Unit, Exercise]:
    for unit in units(package):
        for exercise in unit.exercises:
            if exercise.id == exercise_id:
                return unit, exercise
    known = [exercise.id for unit in units(package) for exercise in unit.exercises]
    raise UnknownNameError("exercise", exercise_id, known)


def _unit(row: dict[str, Any], folder: Path) -> Unit:
    return Unit(
        id=row["id"],
        title=row["title"],
        minutes=row["minutes"],
        points=row["points"],
        prerequisites=tuple(row["prerequisites"]),
        data=tuple(row["data"]),
        exercises=tuple(
            Exercise(todo["id"], todo["points"], tuple(todo["hints"])) for todo in row["todos"]
        ),
        folder=folder / row["id"],
    )
