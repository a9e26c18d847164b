"""Hidden checks of `parameter_share`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u03_vgg.parameter_share import agree_on_share, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("dense layers among others", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels, width, classes = draw.sample(range(5, 20), 3)
    agree_on_share(
        learner,
        ("Conv2d", 3, channels, 3),
        ("BatchNorm2d", channels),
        ("Linear", 7, width),
        ("BatchNorm1d", width),
        ("Linear", width, classes),
    )


@hidden.check("dense layers deep inside", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    first, second, third = draw.sample(range(5, 20), 3)
    agree_on_share(
        learner,
        ("Sequential", ("Conv2d", 2, first, 3), ("BatchNorm2d", first)),
        ("Sequential", ("Sequential", ("Linear", first, second), ("ReLU",))),
        ("Linear", second, third),
    )


@hidden.check("layers without biases, layers that are frozen", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels, width, classes = draw.sample(range(5, 20), 3)
    agree_on_share(
        learner,
        ("Conv2d", 3, channels, 3),
        ("Linear", channels, width, False),
        ("Linear", width, classes),
    )
    agree_on_share(
        learner,
        ("Conv2d", 3, channels, 3),
        ("Linear", channels, width),
        ("Linear", width, classes),
        frozen=("0.weight", "0.bias", "1.weight"),
    )


@hidden.check("nothing but dense layers, none at all, no parameters", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_share(learner, ("Linear", draw.integer(2, 9), 4), ("Linear", 4, 3))
    agree_on_share(learner, ("Conv2d", draw.integer(2, 9), 4, 3), ("BatchNorm2d", 4))
    agree_on_share(learner, ("ReLU",), ("MaxPool2d", 2))
