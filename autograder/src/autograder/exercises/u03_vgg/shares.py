"""Hidden checks of parameter_share."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises import u03_vgg as visible
from cnnlab.exercises.u03_vgg.shares import agree_on_no_parameters, agree_on_share
from cnnlab.learner import LearnerCode

PARAMETER_SHARE = HiddenChecks(visible.PARAMETER_SHARE)


@PARAMETER_SHARE.check("dense layers among others", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels, hidden, classes = draw.sample(range(5, 20), 3)
    agree_on_share(
        learner,
        ("Conv2d", 3, channels, 3),
        ("BatchNorm2d", channels),
        ("Linear", 7, hidden),
        ("BatchNorm1d", hidden),
        ("Linear", hidden, classes),
    )


@PARAMETER_SHARE.check("dense layers deep inside", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    first, second, third = draw.sample(range(5, 20), 3)
    agree_on_share(
        learner,
        ("Sequential", ("Conv2d", 2, first, 3), ("BatchNorm2d", first)),
        ("Sequential", ("Sequential", ("Linear", first, second), ("ReLU",))),
        ("Linear", second, third),
    )


@PARAMETER_SHARE.check("nothing but dense layers, none at all, no parameters", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_share(learner, ("Linear", draw.integer(2, 9), 4), ("Linear", 4, 3))
    agree_on_share(learner, ("Conv2d", draw.integer(2, 9), 4, 3), ("BatchNorm2d", 4))
    agree_on_no_parameters(learner)
