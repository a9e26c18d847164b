"""Hidden checks of `mixup`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u06_training.mixup import agree_on_mixing, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("the larger share", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    lam = float(draw.uniform(1, low=0.6, high=0.8))
    height, width = draw.sample(range(2, 6), 2)
    agree_on_mixing(learner, draw, draw.integer(4, 7), (3, height, width), draw.integer(8, 12), lam)


@hidden.check("the smaller share", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    lam = float(draw.uniform(1, low=0.2, high=0.4))
    height, width = draw.sample(range(2, 6), 2)
    agree_on_mixing(learner, draw, draw.integer(4, 7), (2, height, width), draw.integer(8, 12), lam)


@hidden.check("all of one, all of the other", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    for lam in (1.0, 0.0):
        agree_on_mixing(learner, draw, draw.integer(4, 6), (1, 2, 3), draw.integer(8, 10), lam)
