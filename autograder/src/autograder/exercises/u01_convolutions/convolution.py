"""Hidden checks of unit 01: convolution."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.agree import agree
from cnnlab.check.draw import Draw
from cnnlab.exercises import u01_convolutions as visible
from cnnlab.exercises.u01_convolutions import _windows as windows
from cnnlab.exercises.u01_convolutions import convolution
from cnnlab.learner import LearnerCode

CONV2D = HiddenChecks(visible.CONV2D)


@CONV2D.check("one channel", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(5, 10), 2)
    x, weight = windows.image(draw, 1, height, width), windows.image(draw, 1, 1, 3, 3)
    convolution.agree_on_one_channel(learner, x, weight)


@CONV2D.check("several input and output channels", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(5, 10), 2)
    c_in, c_out = draw.sample(range(2, 6), 2)
    x, weight = windows.image(draw, c_in, height, width), windows.image(draw, c_out, c_in, 3, 3)
    convolution.agree_without_bias(learner, x, weight)


@CONV2D.check("bias", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(5, 10), 2)
    c_in, c_out = draw.sample(range(2, 6), 2)
    x, weight = windows.image(draw, c_in, height, width), windows.image(draw, c_out, c_in, 3, 3)
    agree(learner, visible.CONV2D, x, weight, windows.image(draw, c_out))


@CONV2D.check("padding", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(5, 10), 2)
    x, weight = windows.image(draw, 2, height, width), windows.image(draw, 3, 2, 3, 3)
    convolution.agree_without_bias(learner, x, weight, padding=draw.integer(1, 3))


@CONV2D.check("stride", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(7, 13), 2)
    x, weight = windows.image(draw, 2, height, width), windows.image(draw, 3, 2, 3, 3)
    convolution.agree_without_bias(learner, x, weight, stride=draw.integer(2, 4))


@CONV2D.check("stride and padding together", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(7, 13), 2)
    x, weight = windows.image(draw, 3, height, width), windows.image(draw, 2, 3, 5, 5)
    bias = windows.image(draw, 2)
    agree(learner, visible.CONV2D, x, weight, bias, stride=2, padding=draw.integer(1, 3))


@CONV2D.check("kernels that are not square", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(7, 11), 2)
    x = windows.image(draw, 3, height, width)
    for sides in [(2, 4), (4, 3)]:
        convolution.agree_on_oblong(learner, x, windows.image(draw, 2, 3, *sides), padding=1)
