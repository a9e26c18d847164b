"""Which exercises a course has, by the names of their files. Nothing of them is imported.

Unit `05_resnet` keeps the exercise `residual_block` in `u05_resnet/residual_block.py`.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cached_property

# Beside the exercises lies what several of them share, and mistakes that need a file of their own.
SHARED, MISTAKES = "_", "_mistakes"


class ExerciseFiles:
    """The files of the exercises in the package called `package`, a folder for each unit."""

    def __init__(self, package: str) -> None:
        self.package = package

    def names(self) -> list[str]:
        """All exercises, by unit and then by name."""
        return list(self._places)

    def unit_of(self, name: str) -> str:
        return self._places[name][0]

    def module_of(self, name: str) -> str:
        return self._places[name][1]

    def in_unit(self, unit_id: str) -> list[str]:
        return [name for name, (unit, _) in self._places.items() if unit == unit_id]

    @cached_property
    def _places(self) -> dict[str, tuple[str, str]]:
        """The unit and the module of every exercise."""
        found: dict[str, tuple[str, str]] = {}
        folders = getattr(importlib.import_module(self.package), "__path__", ())
        for unit in sorted(info.name for info in pkgutil.iter_modules(folders) if info.ispkg):
            places = [f"{folder}/{unit}" for folder in folders]
            for name in sorted(info.name for info in pkgutil.iter_modules(places)):
                if not name.startswith(SHARED) and not name.endswith(MISTAKES):
                    found[name] = (unit.removeprefix("u"), f"{self.package}.{unit}.{name}")
        return found
