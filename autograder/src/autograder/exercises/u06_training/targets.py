"""Hidden checks of mixup and smoothed labels."""

from __future__ import annotations

import torch

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.agree import agree
from cnnlab.check.draw import Draw
from cnnlab.exercises import u06_training as visible
from cnnlab.exercises.u06_training.targets import ask_mixup
from cnnlab.learner import LearnerCode

MIXUP = HiddenChecks(visible.MIXUP)


@MIXUP.check("the larger share", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    lam = float(draw.uniform(1, low=0.6, high=0.9))
    height, width = draw.sample(range(2, 6), 2)
    ask_mixup(learner, draw, draw.integer(4, 7), (3, height, width), draw.integer(6, 9), lam)


@MIXUP.check("the smaller share", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    lam = float(draw.uniform(1, low=0.1, high=0.4))
    height, width = draw.sample(range(2, 6), 2)
    ask_mixup(learner, draw, draw.integer(4, 7), (2, height, width), draw.integer(6, 9), lam)


@MIXUP.check("all of one, all of the other", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    for lam in (1.0, 0.0):
        ask_mixup(learner, draw, draw.integer(4, 6), (1, 2, 3), draw.integer(4, 6), lam)


SMOOTH_LABELS = HiddenChecks(visible.SMOOTH_LABELS)


@SMOOTH_LABELS.check("α shared by all classes", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    samples, num_classes = draw.sample(range(4, 10), 2)
    targets = draw.labels(samples, num_classes - 1)  # the last class never occurs
    agree(learner, visible.SMOOTH_LABELS, targets, num_classes, float(draw.uniform(1, low=0.1)) / 2)


@SMOOTH_LABELS.check("no smoothing, and nothing but smoothing", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    targets = draw.labels(draw.choice([3, 4, 6]), 4)  # the last of five classes never occurs
    agree(learner, visible.SMOOTH_LABELS, targets, 5, 0.0)
    agree(learner, visible.SMOOTH_LABELS, targets, 5, 1.0)


@SMOOTH_LABELS.check("a single sample", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, visible.SMOOTH_LABELS, torch.tensor([draw.integer(0, 2)]), 4, 0.2)
