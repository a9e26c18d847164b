"""Hidden checks of `feature_shapes`."""

from __future__ import annotations

from typing import Any

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u03_vgg.feature_shapes import (
    agree_on_shapes,
    all_in_evaluation,
    exercise,
    expect_every_mode_kept,
    expect_numbers_kept,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


def draw_layers(draw: Draw) -> tuple[tuple[int, int, int], list[tuple[Any, ...]]]:
    """A shape with H≠W, and layers for it: two convolutions and a pooling between them."""
    c_in, c_middle, c_out = draw.sample(range(2, 8), 3)
    height, width = draw.sample(range(16, 24), 2)
    return (c_in, height, width), [
        ("Conv2d", c_in, c_middle, draw.choice([2, 4])),
        ("MaxPool2d", 2),
        ("Conv2d", c_middle, c_out, 3, 2),
    ]


@hidden.check("convolutions, strides and poolings", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    poolings = draw.sample([("MaxPool2d", 2), ("AvgPool2d", 3), ("MaxPool2d", 2, 1)], 3)
    agree_on_shapes(learner, (draw.integer(2, 5), 31, draw.integer(20, 28)), *poolings)
    shape, layers = draw_layers(draw)
    agree_on_shapes(learner, shape, *layers)


@hidden.check("parts of several layers", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    shape, layers = draw_layers(draw)
    agree_on_shapes(
        learner, shape, ("Sequential", *layers[:2], ("ReLU",)), ("Sequential", layers[2])
    )


@hidden.check("dense layers, and sides and channels of 1", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels, n_out = draw.sample(range(3, 9), 2)
    agree_on_shapes(
        learner,
        (channels, 9, 5),
        ("Conv2d", channels, 1, 2),
        ("MaxPool2d", 4),
        ("Flatten",),
        ("Linear", 2, n_out),
    )


NORMED = (
    ("Sequential", ("Conv2d", 2, 3, 3), ("BatchNorm2d", 3), ("Dropout", 0.5)),
    ("Flatten",),
    ("Linear", 36, 4),
    ("BatchNorm1d", 4),
)
SHAPE = (2, 5, 6)


@hidden.check("a network with batch norms, in training mode", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_shapes(learner, SHAPE, *NORMED)


@hidden.check("running statistics stay as they were", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_numbers_kept(learner, SHAPE, NORMED[:1])


@hidden.check("every module keeps its mode", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    everything = all_in_evaluation(learner.network(*NORMED))
    for modes in (everything, {"0.1": False, "3": False}, {"0": False}):
        expect_every_mode_kept(learner, SHAPE, NORMED, modes)
