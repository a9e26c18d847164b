"""Hidden checks of `global_average_pool`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.explain import agree
from cnnlab.exercises.u05_resnet.global_average_pool import exercise, expect_gradient
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("maps of any height and width", points=1.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    batch, channels, height, width = draw.sample(range(2, 8), 4)
    agree(learner, exercise, draw.normal(batch, channels, height, width))
    agree(learner, exercise, draw.normal(batch, channels, width, height))


@hidden.check("one image, one channel, one pixel", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    batch, channels, height, width = draw.sample(range(2, 8), 4)
    agree(learner, exercise, draw.normal(1, channels, height, width))
    agree(learner, exercise, draw.normal(batch, 1, height, width))
    agree(learner, exercise, draw.normal(batch, channels, 1, 1))


@hidden.check("a gradient flows back", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    batch, channels, height, width = draw.sample(range(2, 6), 4)
    expect_gradient(learner, draw.normal(batch, channels, height, width))
