"""Hidden checks of folding a norm into a convolution."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises import u04_batchnorm as visible
from cnnlab.exercises.u04_batchnorm.folding import agree_fold, expect_originals_untouched
from cnnlab.learner import LearnerCode

FOLD_BATCHNORM = HiddenChecks(visible.FOLD_BATCHNORM)


@FOLD_BATCHNORM.check("a convolution without bias", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_fold(learner, draw, *draw.sample(range(2, 7), 2), draw.choice([1, 3]))


@FOLD_BATCHNORM.check("a convolution with bias", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_fold(learner, draw, *draw.sample(range(2, 7), 2), 3, bias=True)


@FOLD_BATCHNORM.check("stride and padding", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_fold(learner, draw, *draw.sample(range(2, 7), 2), 3, 2, draw.integer(1, 2))


@FOLD_BATCHNORM.check("dilation and groups", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_fold(learner, draw, 4, draw.choice([6, 8]), 3, 1, 1, 2, 2)


@FOLD_BATCHNORM.check("another eps", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_fold(learner, draw, 3, 5, 3, eps=draw.choice([0.2, 0.6]), bias=True)


@FOLD_BATCHNORM.check("the originals are untouched", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_originals_untouched(learner, draw)
