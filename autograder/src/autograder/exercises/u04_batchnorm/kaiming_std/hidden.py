"""Hidden checks of `kaiming_std`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.explain import agree
from cnnlab.exercises.u04_batchnorm.kaiming_std import exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("the fan-in of a dense layer", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, draw.integer(3, 800))


@hidden.check("the fan-in of a convolution", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, draw.choice([3, 16, 64, 512]) * draw.choice([1, 9, 25]))
