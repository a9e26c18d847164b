"""Finding an exercise by its name: unit `05_resnet` keeps `conv2d` in `u05_resnet/conv2d.py`.

Only what is asked for is imported: one exercise for its own check, one unit for its grading.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from cnnlab.check.exercise import Exercise
from cnnlab.errors import UnknownNameError

# Files beside the exercises: what several share, and mistakes that need a file of their own.
SHARED, MISTAKES = "_", "_mistakes"


class Exercises:
    """The exercises that lie in the package called `package`, a folder for each unit."""

    def __init__(self, package: str) -> None:
        self.package = package

    @cache  # noqa: B019 - there is one for each course, and it lives as long as the process
    def files(self) -> dict[str, tuple[str, str]]:
        """The unit and the module of every exercise, by its name. Imports no exercise."""
        found: dict[str, tuple[str, str]] = {}
        folders = importlib.import_module(self.package).__path__
        for unit in sorted(info.name for info in pkgutil.iter_modules(folders) if info.ispkg):
            places = [f"{place}/{unit}" for place in folders]
            for name in sorted(info.name for info in pkgutil.iter_modules(places)):
                if not name.startswith(SHARED) and not name.endswith(MISTAKES):
                    found[name] = (unit.removeprefix("u"), f"{self.package}.{unit}.{name}")
        return found

    def find(self, name: str) -> Exercise:
        """The exercise called `name`."""
        for unit in {unit for unit, _ in self.files().values()}:
            if name in (old := self._not_yet_split(unit)):
                return old[name]
        if name not in self.files():
            raise UnknownNameError("exercise", name, sorted(self.files()))
        exercise: Exercise = importlib.import_module(self.files()[name][1]).exercise
        return exercise

    def _not_yet_split(self, unit_id: str) -> dict[str, Exercise]:  # TRANSITION
        module = importlib.import_module(f"{self.package}.u{unit_id}")
        return {v.id: v for v in vars(module).values() if isinstance(v, Exercise)}

    def in_unit(self, unit_id: str) -> dict[str, Exercise]:
        """The exercises of one unit, by name."""
        found = self._not_yet_split(unit_id)
        for name, (unit, place) in self.files().items():
            if unit == unit_id and hasattr(importlib.import_module(place), "exercise"):
                found[name] = self.find(name)
        return found

    def defining(self, name: str) -> Exercise | None:
        """The exercise in which learners write the function or class `name`."""
        units = sorted({unit for unit, _ in self.files().values()})
        return next((e for u in units for e in self.in_unit(u).values() if name in e.names), None)

    def names(self) -> list[str]:
        return [n for u in sorted({u for u, _ in self.files().values()}) for n in self.in_unit(u)]


COURSE = Exercises("cnnlab.exercises")
