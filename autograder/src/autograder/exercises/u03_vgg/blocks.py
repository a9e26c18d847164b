"""Hidden checks of the VGG block."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.exercises import u03_vgg as visible
from cnnlab.exercises.u03_vgg.blocks import agree_block
from cnnlab.learner import LearnerCode

VGG_BLOCK = HiddenChecks(visible.VGG_BLOCK)


def draw_size(draw: Draw) -> tuple[int, int]:
    """Two different sides, one of them odd."""
    height, width = 2 * draw.integer(4, 6), 2 * draw.integer(4, 6) + 1
    return draw.choice([(height, width), (width, height)])


@VGG_BLOCK.check("one convolution", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, draw.integer(2, 4), draw.integer(5, 9), 1, size=draw_size(draw))


@VGG_BLOCK.check("several convolutions that widen the maps", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    narrow, wide = draw.integer(2, 4), draw.integer(5, 9)
    agree_block(learner, draw, narrow, wide, draw.integer(3, 4), size=draw_size(draw))


@VGG_BLOCK.check("as many channels out as in", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels = draw.integer(4, 7)
    agree_block(learner, draw, channels, channels, 2, size=draw_size(draw))


@VGG_BLOCK.check("batch norm, in training", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    narrow, wide, size = draw.integer(2, 4), draw.integer(5, 9), draw_size(draw)
    agree_block(learner, draw, narrow, wide, 3, batch_norm=True, size=size, training=True)


@VGG_BLOCK.check("batch norm, in evaluation", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    narrow, wide = draw.integer(2, 4), draw.integer(5, 9)
    agree_block(learner, draw, narrow, wide, 2, batch_norm=True, size=draw_size(draw))


@VGG_BLOCK.check("every parameter can learn", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    block = agree_block(learner, draw, 3, 5, 2)
    images = draw.normal(4, 3, 8, 10).float()
    gradients = block.gradients(images, targets=draw.labels(4 * 20, 5).view(4, 4, 5))
    if not gradients or any(g is None or not bool(g.any()) for g in gradients.values()):
        raise Wrong(
            "parameter_without_gradient",
            "The loss does not reach every parameter. Is a layer frozen, or cut off by detach() or "
            "no_grad()?",
        )
