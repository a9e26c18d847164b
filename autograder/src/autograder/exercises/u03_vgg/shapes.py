"""Hidden checks of feature_shapes."""

from __future__ import annotations

from typing import Any

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises import u03_vgg as visible
from cnnlab.exercises.u03_vgg.shapes import (
    agree_on_shapes,
    expect_modes_kept,
    expect_statistics_kept,
)
from cnnlab.learner import LearnerCode

FEATURE_SHAPES = HiddenChecks(visible.FEATURE_SHAPES)


def draw_layers(draw: Draw) -> tuple[tuple[int, int, int], list[tuple[Any, ...]]]:
    """A shape with H≠W, and layers for it: two convolutions and a pooling between them."""
    c_in, c_middle, c_out = draw.sample(range(2, 8), 3)
    height, width = draw.sample(range(16, 24), 2)
    return (c_in, height, width), [
        ("Conv2d", c_in, c_middle, draw.choice([2, 4])),
        ("MaxPool2d", 2),
        ("Conv2d", c_middle, c_out, 3, 2),
    ]


@FEATURE_SHAPES.check("convolutions, strides and poolings", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    poolings = draw.sample([("MaxPool2d", 2), ("AvgPool2d", 3), ("MaxPool2d", 2, 1)], 3)
    agree_on_shapes(learner, (draw.integer(2, 5), 31, draw.integer(20, 28)), *poolings)
    shape, layers = draw_layers(draw)
    agree_on_shapes(learner, shape, *layers)


@FEATURE_SHAPES.check("parts of several layers", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    shape, layers = draw_layers(draw)
    agree_on_shapes(
        learner, shape, ("Sequential", *layers[:2], ("ReLU",)), ("Sequential", layers[2])
    )


@FEATURE_SHAPES.check("dense layers, and sides and channels of 1", points=2)
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


@FEATURE_SHAPES.check("a network with batch norms, in training mode", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_shapes(learner, (2, 5, 6), *NORMED)


@FEATURE_SHAPES.check("batch norms learn nothing from the question", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_statistics_kept(learner, (2, 5, 6), *NORMED[:1])


@FEATURE_SHAPES.check("the mode of every part is as it was", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    part = draw.choice(["0", "0.1", "3"])
    expect_modes_kept(learner, (2, 5, 6), {part: False}, *NORMED)
    everything = dict.fromkeys(learner.network(*NORMED).modes(), False)
    expect_modes_kept(learner, (2, 5, 6), everything, *NORMED)
