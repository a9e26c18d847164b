"""Hidden checks of how weights begin, and of the measure of activations."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.agree import agree
from cnnlab.check.draw import Draw
from cnnlab.exercises import u04_batchnorm as visible
from cnnlab.exercises.u04_batchnorm.signals import (
    NORMALISED,
    PLAIN,
    UNTIDY,
    agree_stats,
    expect_left_alone,
)
from cnnlab.learner import LearnerCode

KAIMING_STD = HiddenChecks(visible.KAIMING_STD)


@KAIMING_STD.check("the fan of a dense layer", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, visible.KAIMING_STD, draw.integer(3, 800))


@KAIMING_STD.check("the fan of a convolution", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, visible.KAIMING_STD, draw.choice([3, 16, 64, 512]) * draw.choice([1, 9, 25]))


ACTIVATION_STATS = HiddenChecks(visible.ACTIVATION_STATS)


@ACTIVATION_STATS.check("mean and deviation after each ReLU", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_stats(learner, draw, PLAIN)


@ACTIVATION_STATS.check("in order of execution, at any depth, at each call", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_stats(learner, draw, UNTIDY)


@ACTIVATION_STATS.check("in the modes that are set", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_stats(learner, draw, NORMALISED)
    agree_stats(learner, draw, NORMALISED, evaluating=["", "1", "3"])
    agree_stats(learner, draw, NORMALISED, evaluating=[draw.choice(["1", "3"])])


@ACTIVATION_STATS.check("hooks and modes are as they were", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_left_alone(learner, draw, NORMALISED)
    expect_left_alone(learner, draw, UNTIDY)
