"""Hidden checks of `fold_batchnorm`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u04_batchnorm.fold_batchnorm import (
    agree_fold,
    exercise,
    expect_originals_untouched,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("a convolution without bias", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_fold(learner, draw, *draw.sample(range(2, 7), 2), draw.choice([1, 3]))


@hidden.check("a convolution with bias", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_fold(learner, draw, *draw.sample(range(2, 7), 2), 3, bias=True)


@hidden.check("stride and padding", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_fold(learner, draw, *draw.sample(range(2, 7), 2), 3, 2, draw.integer(1, 2))


@hidden.check("dilation and groups", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_fold(learner, draw, 4, draw.choice([6, 8]), 3, 1, 1, 2, 2)


@hidden.check("another eps", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_fold(learner, draw, 3, 5, 3, eps=draw.choice([0.2, 0.6]), bias=True)


@hidden.check("the originals stay unchanged", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_originals_untouched(learner, draw)
