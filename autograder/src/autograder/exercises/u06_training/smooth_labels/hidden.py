"""Hidden checks of `smooth_labels`."""

from __future__ import annotations

import torch

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.explain import agree
from cnnlab.exercises.u06_training.smooth_labels import agree_without_smoothing, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("α shared by all classes", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    samples, num_classes = draw.sample(range(4, 10), 2)
    targets = draw.labels(samples, num_classes - 1)  # the last class never occurs
    agree(learner, exercise, targets, num_classes, float(draw.uniform(1, low=0.1)) / 2)


@hidden.check("no smoothing, and nothing but smoothing", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    targets = draw.labels(draw.choice([3, 4, 6]), 4)  # the last of five classes never occurs
    agree_without_smoothing(learner, targets, 5)
    agree(learner, exercise, targets, 5, 1.0)


@hidden.check("a single sample", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, torch.tensor([draw.integer(0, 2)]), 4, 0.2)
