"""Finding an exercise by its name. Only what is asked for is imported."""

from __future__ import annotations

import importlib

from cnnlab.check.exercise import Exercise
from cnnlab.check.exercise_files import ExerciseFiles
from cnnlab.errors import UnknownNameError


class Exercises:
    """The exercises that lie in the package called `package`."""

    def __init__(self, package: str) -> None:
        self.files = ExerciseFiles(package)

    def names(self) -> list[str]:
        return self.files.names()

    def find(self, name: str) -> Exercise:
        """The exercise called `name`."""
        if name not in self.names():
            raise UnknownNameError("exercise", name, sorted(self.names()))
        exercise: Exercise = importlib.import_module(self.files.module_of(name)).exercise
        return exercise

    def in_unit(self, unit_id: str) -> dict[str, Exercise]:
        """The exercises of one unit, by name."""
        return {name: self.find(name) for name in self.files.in_unit(unit_id)}

    def defining(self, name: str) -> Exercise | None:
        """The exercise in which learners write the function or class `name`."""
        return next((e for e in map(self.find, self.names()) if name in e.names), None)


COURSE = Exercises("cnnlab.exercises")
