"""Hidden checks of `plain_block`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u05_resnet._blocks import (
    agree_on_block,
    draw_size,
    expect_start_of_torch,
)
from cnnlab.exercises.u05_resnet.plain_block import exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("as many channels out as in", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels = draw.integer(3, 6)
    agree_on_block(learner, draw, exercise, channels, channels, size=draw_size(draw))


@hidden.check("fewer and more channels, layers that start as torch starts them", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    few, many = sorted(draw.sample(range(2, 7), 2))
    agree_on_block(learner, draw, exercise, few, many, size=draw_size(draw))
    agree_on_block(learner, draw, exercise, many, few, 1, size=draw_size(draw))
    expect_start_of_torch(learner, draw, exercise)


@hidden.check("a stride, on maps of odd sides", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels, other = draw.sample(range(2, 6), 2)
    agree_on_block(learner, draw, exercise, channels, other, 2, size=(7, 5))
    agree_on_block(learner, draw, exercise, channels, channels, 2, size=draw_size(draw))
