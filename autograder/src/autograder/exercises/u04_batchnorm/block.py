"""Hidden checks of the block that deep networks repeat."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises import u04_batchnorm as visible
from cnnlab.exercises.u04_batchnorm.block import agree_block
from cnnlab.learner import LearnerCode

CONV_BN_RELU = HiddenChecks(visible.CONV_BN_RELU)


@CONV_BN_RELU.check("training mode", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, *draw.sample(range(2, 7), 2))


@CONV_BN_RELU.check("evaluation mode", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, *draw.sample(range(2, 7), 2), training=False, evaluation=True)


@CONV_BN_RELU.check("other kernels", points=1.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, *draw.sample(range(2, 7), 2), draw.choice([5, 7]))
    agree_block(learner, draw, *draw.sample(range(2, 7), 2), kernel_size=1)


@CONV_BN_RELU.check("other strides", points=1.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, *draw.sample(range(2, 7), 2), stride=2)
    agree_block(learner, draw, *draw.sample(range(2, 7), 2), 5, draw.choice([2, 3]))


@CONV_BN_RELU.check("no bias before the norm", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, *draw.sample(range(2, 7), 2), parameters=True)
