"""What the build asks of those who know the checks; it needs none of them to be built."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from nbformat import NotebookNode

from autograder.authoring.problem import Problem
from autograder.course import Unit
from autograder.lesson_file import LessonCell


class Questions(Protocol):
    """Answered by `authoring.readiness.Readiness` for a real course."""

    def problems_of_course(self) -> list[Problem]:
        """What is wrong between the units."""

    def problems_of_unit(self, unit: Unit, cells: Sequence[LessonCell]) -> list[Problem]:
        """What the exercises of a lesson lack to be graded."""

    def points_of_stub(self, unit: Unit, exercise: str, release: NotebookNode) -> str | None:
        """How an exercise earns points unsolved ("passes …"); None if it does not."""
