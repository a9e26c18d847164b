"""Hidden checks of `lenet5`."""

from __future__ import annotations

import torch

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.networks import expect_every_parameter_used
from cnnlab.exercises.u02_lenet.lenet5 import (
    DEFAULTS,
    agree_on_defaults,
    agree_on_lenet,
    agree_on_size,
    exercise,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("classic, 28×28", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_lenet(learner, draw)


@hidden.check("classic, 28×28, by default", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_defaults(learner, draw)


@hidden.check("classic, 32×32", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_lenet(learner, draw, image_size=32)


@hidden.check("modern, 28×28", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_lenet(learner, draw, modern=True)


@hidden.check("modern, 32×32", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_lenet(learner, draw, image_size=32, modern=True)


@hidden.check("other numbers of classes and channels", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    for modern in (False, True):
        for image_size in (28, 32):
            agree_on_lenet(
                learner,
                draw,
                # 6, 16, 84 and 120 are widths inside the network: as classes they hide mix-ups.
                num_classes=draw.choice([3, 5, 7, 11, 26]),
                in_channels=draw.choice([2, 3, 4]),
                image_size=image_size,
                modern=modern,
            )


@hidden.check("61,706 parameters in every form", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    for image_size in (28, 32):
        for modern in (False, True):
            agree_on_size(learner, draw, image_size=image_size, modern=modern)


@hidden.check("every parameter receives a gradient", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    network = learner.build("LeNet5", **{**DEFAULTS, "modern": draw.choice([True, False])})
    expect_every_parameter_used(network, draw.normal(3, 1, 28, 28, dtype=torch.float32), draw)
