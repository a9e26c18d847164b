"""Hidden checks of a design task: the limits, and one for each step of its curve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.design import DesignTask
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise


def hidden_design(
    exercise: Exercise, task: DesignTask[Any], exam: Callable[[Draw], Any]
) -> HiddenChecks:
    """`exam` draws what a design is measured on: material that no learner has."""
    hidden = HiddenChecks(exercise)
    for name, ask, points in task.graded(exam):
        hidden.check(name, points)(ask)
    return hidden
