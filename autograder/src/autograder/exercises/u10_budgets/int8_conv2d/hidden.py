"""Hidden checks of `int8_conv2d`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u10_budgets._dtypes import agree_with_dtypes
from cnnlab.exercises.u10_budgets.int8_conv2d import (
    agree_on_padding,
    draw_bytes,
    draw_scales,
    draw_weights,
    exercise,
    long_sums,
    sums_alone,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("sums of small images are exact", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    xq, wq = draw_bytes(draw, 2, 3, 5, 6), draw_weights(draw, 4, 3, 3, 3)
    sums_alone(learner, xq, draw.integer(20, 235), wq)


@hidden.check("scales of the output channels, and a bias", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    side = draw.choice([1, 2, 3])
    xq, wq = draw_bytes(draw, 2, 3, 4, 6), draw_weights(draw, 5, 3, side, side)
    bias = 100 * draw.normal(5).float()
    scale = draw.choice([0.25, 0.5])
    zero = draw.integer(20, 235)
    agree_with_dtypes(learner, exercise, xq, scale, zero, wq, draw_scales(draw, 5), bias)


@hidden.check("padded with the zero point", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_padding(learner, draw, draw.integer(60, 200), None)
    agree_on_padding(learner, draw, draw.integer(60, 200), 100 * draw.normal(3).float())


@hidden.check("strides", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    xq, wq = draw_bytes(draw, 1, 2, 7, 8), draw_weights(draw, 3, 2, 3, 3)
    zero, scales = draw.integer(20, 235), draw_scales(draw, 3)
    stride = draw.choice([2, 3])
    agree_with_dtypes(learner, exercise, xq, 0.5, zero, wq, scales, None, stride=stride)
    agree_with_dtypes(learner, exercise, xq, 0.5, zero, wq, scales, None, stride=2, padding=1)


@hidden.check("sums that float32 can't count", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    xq, wq = long_sums(draw)
    sums_alone(learner, xq, draw.integer(5, 20), wq)
