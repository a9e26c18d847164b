"""Hidden checks of `conv2d`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.explain import agree
from cnnlab.exercises.u01_convolutions._windows import image
from cnnlab.exercises.u01_convolutions.conv2d import (
    agree_on_oblong,
    agree_on_one_channel,
    agree_without_bias,
    exercise,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("one channel", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(5, 10), 2)
    x, weight = image(draw, 1, height, width), image(draw, 1, 1, 3, 3)
    agree_on_one_channel(learner, x, weight)


@hidden.check("several input and output channels", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(5, 10), 2)
    c_in, c_out = draw.sample(range(2, 6), 2)
    x, weight = image(draw, c_in, height, width), image(draw, c_out, c_in, 3, 3)
    agree_without_bias(learner, x, weight)


@hidden.check("bias", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(5, 10), 2)
    c_in, c_out = draw.sample(range(2, 6), 2)
    x, weight = image(draw, c_in, height, width), image(draw, c_out, c_in, 3, 3)
    agree(learner, exercise, x, weight, image(draw, c_out))


@hidden.check("padding", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(5, 10), 2)
    x, weight = image(draw, 2, height, width), image(draw, 3, 2, 3, 3)
    agree_without_bias(learner, x, weight, padding=draw.integer(1, 3))


@hidden.check("stride", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    # Both directions leave a remainder: a window that does not fit completely is dropped.
    stride = draw.integer(2, 4)
    rest = draw.integer(1, stride - 1)
    height, width = (3 + steps * stride + rest for steps in draw.sample(range(2, 5), 2))
    x, weight = image(draw, 2, height, width), image(draw, 3, 2, 3, 3)
    agree_without_bias(learner, x, weight, stride=stride)


@hidden.check("stride and padding together", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    # With odd sides the last window, too, reaches into the border.
    height, width = draw.sample((7, 9, 11), 2)
    x, weight = image(draw, 3, height, width), image(draw, 2, 3, 5, 5)
    bias = image(draw, 2)
    agree(learner, exercise, x, weight, bias, stride=2, padding=draw.integer(2, 3))


@hidden.check("kernels that are not square", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(7, 11), 2)
    x = image(draw, 3, height, width)
    for sides in [(2, 4), (4, 3)]:
        agree_on_oblong(learner, x, image(draw, 2, 3, *sides), padding=1)
