"""Hidden checks of `compound_scale`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.explain import agree
from cnnlab.exercises.u10_budgets.compound_scale import exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("the coefficients of the paper", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, draw.integer(2, 7))
    agree(learner, exercise, -float(draw.uniform(1, low=0.5, high=2)))


@hidden.check("other coefficients", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    alpha, beta, gamma = draw.sample([1.05, 1.25, 1.35, 1.45, 1.55], 3)
    agree(learner, exercise, float(draw.uniform(1, low=1.5, high=4)), alpha, beta, gamma)
