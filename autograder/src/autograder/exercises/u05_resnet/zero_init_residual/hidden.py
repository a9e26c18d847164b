"""Hidden checks of `zero_init_residual`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u05_resnet.zero_init_residual import (
    exercise,
    expect_it_can_learn,
    expect_start,
    expect_start_of_a_network,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("a block with an identity shortcut becomes ReLU(x)", points=2.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels = draw.integer(3, 7)
    expect_start(learner, draw, channels, channels)


@hidden.check("a block with a projection becomes ReLU(shortcut(x))", points=2.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    few, many = sorted(draw.sample(range(2, 7), 2))
    expect_start(learner, draw, few, many, 1)
    expect_start(learner, draw, many, few, 2)
    expect_start(learner, draw, few, few, 2)


@hidden.check("every block of a network, however deep it lies", points=2.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_start_of_a_network(learner, draw)


@hidden.check("the block can still learn", points=1.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_it_can_learn(learner, draw)
