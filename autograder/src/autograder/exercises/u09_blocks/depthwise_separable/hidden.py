"""Hidden checks of `depthwise_separable`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u09_blocks._blocks import agree_on_block, draw_size
from cnnlab.exercises.u09_blocks.depthwise_separable import exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("other channels out than in", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    few, many = sorted(draw.sample(range(3, 9), 2))
    agree_on_block(learner, draw, exercise, few, many, size=draw_size(draw), scale=4)
    agree_on_block(learner, draw, exercise, many, few, 1, size=draw_size(draw), scale=4)


@hidden.check("as many channels out as in", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels = draw.integer(3, 8)
    agree_on_block(learner, draw, exercise, channels, channels, size=draw_size(draw))


@hidden.check("a stride, on maps of odd and even sides", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    few, many = sorted(draw.sample(range(3, 9), 2))
    agree_on_block(learner, draw, exercise, few, many, 2, size=(7, 10))
    agree_on_block(learner, draw, exercise, few, many, stride=2, size=(8, 5))
