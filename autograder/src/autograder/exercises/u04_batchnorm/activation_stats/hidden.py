"""Hidden checks of `activation_stats`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u04_batchnorm.activation_stats import (
    NORMALISED,
    PLAIN,
    UNTIDY,
    agree_stats,
    exercise,
    expect_left_alone,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("mean and standard deviation after each ReLU", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_stats(learner, draw, PLAIN)


@hidden.check("in order of execution, at any depth, at each call", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_stats(learner, draw, UNTIDY)


@hidden.check("in the modes that are set", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_stats(learner, draw, NORMALISED)
    agree_stats(learner, draw, NORMALISED, evaluating=["", "1", "3"])
    agree_stats(learner, draw, NORMALISED, evaluating=[draw.choice(["1", "3"])])


@hidden.check("hooks and modes are left as they were", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_left_alone(learner, draw, NORMALISED)
    expect_left_alone(learner, draw, UNTIDY)
