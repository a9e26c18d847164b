"""Hidden checks of `small_resnet`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u05_resnet.small_resnet import (
    agree_on_other_blocks,
    agree_on_resnet,
    exercise,
    expect_own_blocks_by_default,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("residual blocks in three stages", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    widths = sorted(draw.sample(range(3, 9), 3))
    agree_on_resnet(learner, draw, draw.sample([1, 2, 3], 3), widths, draw_classes(draw))


@hidden.check("blocks of another kind", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    widths = sorted(draw.sample(range(3, 9), 3))
    blocks = draw.sample([1, 2, 3], 3)
    agree_on_other_blocks(learner, draw, blocks, widths, draw_classes(draw))


@hidden.check("other numbers of stages and channels, equal widths", points=2.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    width, channels = draw.integer(3, 6), draw.choice([1, 2, 4])
    widths = [width, width, width + 1]
    agree_on_resnet(learner, draw, [2, 1, 1], widths, draw_classes(draw), channels)
    agree_on_resnet(learner, draw, [2], [width], draw_classes(draw), channels)
    widths = [width, 4, 6, 5]
    size = (17, 20)
    agree_on_resnet(learner, draw, [1, 2, 1, 2], widths, draw_classes(draw), channels, size)


@hidden.check("residual blocks, unless told otherwise", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_own_blocks_by_default(learner, draw)


def draw_classes(draw: Draw) -> int:
    """Not ten, which somebody may have written down, and no width of a stage."""
    return draw.choice([9, 11, 12, 13])
