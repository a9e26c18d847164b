"""Hidden checks of `an_exercise`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode
from the_exercises.the_unit.an_exercise import exercise

hidden = HiddenChecks(exercise)


# UNFINISHED: inputs that learners have not seen; the points add up to those of the test cell
@hidden.check("other numbers", points=10)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, -draw.integer(3, 99) - 0.5)
