"""Hidden checks of `conv_bn_relu`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u04_batchnorm.conv_bn_relu import agree_block, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("training mode", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, *draw.sample(range(2, 7), 2))


@hidden.check("eval mode", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, *draw.sample(range(2, 7), 2), training=False, evaluation=True)


@hidden.check("other kernels", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, *draw.sample(range(2, 7), 2), draw.choice([5, 7]))
    agree_block(learner, draw, *draw.sample(range(2, 7), 2), kernel_size=1)


@hidden.check("other strides", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, *draw.sample(range(2, 7), 2), stride=2)
    agree_block(learner, draw, *draw.sample(range(2, 7), 2), 5, draw.choice([2, 3]))


@hidden.check("no bias before batch norm", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, *draw.sample(range(2, 7), 2), parameters=True)
