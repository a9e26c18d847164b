"""Hidden checks of the start as "do nothing"."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises import u05_resnet as visible
from cnnlab.exercises.u05_resnet.zero_start import (
    expect_it_can_learn,
    expect_start,
    expect_start_of_a_network,
)
from cnnlab.learner import LearnerCode

ZERO_INIT_RESIDUAL = HiddenChecks(visible.ZERO_INIT_RESIDUAL)


@ZERO_INIT_RESIDUAL.check("a block with an identity shortcut becomes ReLU(x)", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels = draw.integer(3, 7)
    expect_start(learner, draw, channels, channels, 1)


@ZERO_INIT_RESIDUAL.check("a block with a projection becomes ReLU(shortcut(x))", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    few, many = sorted(draw.sample(range(2, 7), 2))
    expect_start(learner, draw, few, many, 1)
    expect_start(learner, draw, many, few, 2)
    expect_start(learner, draw, few, few, 2)


@ZERO_INIT_RESIDUAL.check("every block of a network, however deep it lies", points=2.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_start_of_a_network(learner, draw)


@ZERO_INIT_RESIDUAL.check("the block can still learn", points=1.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_it_can_learn(learner, draw)
