"""Hidden checks of `conv_output_size`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.explain import agree
from cnnlab.exercises.u01_convolutions.conv_output_size import agree_on_strides, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("stride 1, no padding", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    kernel = draw.integer(2, 9)
    agree(learner, exercise, kernel + draw.integer(3, 60), kernel)


@hidden.check("padding", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    size, padding = draw.integer(12, 60), draw.integer(2, 5)
    agree(learner, exercise, size, draw.integer(2, 9), padding=padding)


@hidden.check("strides that leave a remainder", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    kernel, stride = draw.integer(2, 9), draw.integer(3, 6)
    size = kernel + draw.integer(4, 9) * stride + 1
    agree_on_strides(learner, size, kernel, stride)


@hidden.check("dilation", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    kernel, dilation = draw.integer(3, 6), draw.integer(3, 5)
    agree(learner, exercise, draw.integer(40, 80), kernel, dilation=dilation)


@hidden.check("all settings at once", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    kernel, stride, padding = draw.integer(3, 6), draw.integer(3, 5), draw.integer(6, 9)
    dilation = draw.integer(3, 4)
    size = dilation * (kernel - 1) + 1 - 2 * padding + draw.integer(12, 20) * stride + 1
    agree_on_strides(learner, size, kernel, stride, padding=padding, dilation=dilation)
