"""Hidden checks of the two blocks and of the average that replaces dense layers."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.agree import agree
from cnnlab.check.draw import Draw
from cnnlab.exercises import u05_resnet as visible
from cnnlab.exercises.u05_resnet.blocks import agree_block
from cnnlab.exercises.u05_resnet.pooling import expect_gradient
from cnnlab.learner import LearnerCode

PLAIN_BLOCK = HiddenChecks(visible.PLAIN_BLOCK)


@PLAIN_BLOCK.check("as many channels out as in", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels = draw.integer(3, 6)
    agree_block(learner, draw, visible.PLAIN_BLOCK, channels, channels, size=draw_size(draw))


@PLAIN_BLOCK.check("fewer and more channels", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    few, many = sorted(draw.sample(range(2, 7), 2))
    for pair in ((few, many), (many, few)):
        agree_block(learner, draw, visible.PLAIN_BLOCK, *pair, size=draw_size(draw))


@PLAIN_BLOCK.check("a stride, on maps of odd sides", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels, other = draw.sample(range(2, 6), 2)
    agree_block(learner, draw, visible.PLAIN_BLOCK, channels, other, 2, size=(7, 5))
    agree_block(learner, draw, visible.PLAIN_BLOCK, channels, channels, 2, size=draw_size(draw))


RESIDUAL_BLOCK = HiddenChecks(visible.RESIDUAL_BLOCK)


@RESIDUAL_BLOCK.check("shapes agree: the input itself is added", points=5)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels = draw.integer(3, 6)
    agree_block(learner, draw, visible.RESIDUAL_BLOCK, channels, channels, size=draw_size(draw))


@RESIDUAL_BLOCK.check("other channels: a projection", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    few, many = sorted(draw.sample(range(2, 7), 2))
    for pair in ((few, many), (many, few)):
        agree_block(learner, draw, visible.RESIDUAL_BLOCK, *pair, size=draw_size(draw))


@RESIDUAL_BLOCK.check("a stride: a projection", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels = draw.integer(3, 6)
    agree_block(learner, draw, visible.RESIDUAL_BLOCK, channels, channels, 2, size=draw_size(draw))


@RESIDUAL_BLOCK.check("both at once, on maps of odd sides", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    few, many = sorted(draw.sample(range(2, 7), 2))
    agree_block(learner, draw, visible.RESIDUAL_BLOCK, few, many, 2, size=(7, 5))


GLOBAL_AVERAGE_POOL = HiddenChecks(visible.GLOBAL_AVERAGE_POOL)


@GLOBAL_AVERAGE_POOL.check("maps of any height and width", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    batch, channels, height, width = draw.sample(range(2, 8), 4)
    agree(learner, visible.GLOBAL_AVERAGE_POOL, draw.normal(batch, channels, height, width))
    agree(learner, visible.GLOBAL_AVERAGE_POOL, draw.normal(batch, channels, width, height))


@GLOBAL_AVERAGE_POOL.check("one image, one channel, one pixel", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    batch, channels, height, width = draw.sample(range(2, 8), 4)
    agree(learner, visible.GLOBAL_AVERAGE_POOL, draw.normal(1, channels, height, width))
    agree(learner, visible.GLOBAL_AVERAGE_POOL, draw.normal(batch, 1, height, width))
    agree(learner, visible.GLOBAL_AVERAGE_POOL, draw.normal(batch, channels, 1, 1))


@GLOBAL_AVERAGE_POOL.check("a gradient flows back", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    batch, channels, height, width = draw.sample(range(2, 6), 4)
    expect_gradient(learner, draw.normal(batch, channels, height, width))


def draw_size(draw: Draw) -> tuple[int, int]:
    height, width = draw.sample(range(4, 9), 2)
    return height, width
