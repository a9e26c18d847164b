"""Hidden checks of `vgg_block`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.networks import EVALUATION, TRAINING
from cnnlab.exercises.u03_vgg.vgg_block import (
    agree_on_block,
    exercise,
    expect_it_can_learn,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


def draw_size(draw: Draw) -> tuple[int, int]:
    """Two different sides, one of them odd."""
    height, width = 2 * draw.integer(4, 6), 2 * draw.integer(4, 6) + 1
    return draw.choice([(height, width), (width, height)])


@hidden.check("one convolution", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, draw.integer(2, 4), draw.integer(5, 9), 1, size=draw_size(draw))


@hidden.check("several convolutions that widen the maps", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    narrow, wide = draw.integer(2, 4), draw.integer(5, 9)
    agree_on_block(learner, draw, narrow, wide, draw.integer(3, 4), size=draw_size(draw))


@hidden.check("as many channels out as in", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels = draw.integer(4, 7)
    agree_on_block(learner, draw, channels, channels, 2, size=draw_size(draw))


@hidden.check("batch norm in training mode", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    narrow, wide, size = draw.integer(2, 4), draw.integer(5, 9), draw_size(draw)
    agree_on_block(learner, draw, narrow, wide, 3, batch_norm=True, size=size, modes=(TRAINING,))


@hidden.check("batch norm in eval mode", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    narrow, wide, size = draw.integer(2, 4), draw.integer(5, 9), draw_size(draw)
    both = (TRAINING, EVALUATION)
    agree_on_block(learner, draw, narrow, wide, 2, batch_norm=True, size=size, modes=both)


@hidden.check("every parameter can learn", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    for batch_norm in (False, True):
        expect_it_can_learn(learner, draw, batch_norm)
