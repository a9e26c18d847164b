"""Hidden checks of unit 01: the arithmetic."""

from __future__ import annotations

from autograder.exercises.telling import telling
from autograder.hidden_checks import HiddenChecks
from cnnlab.check.agree import agree
from cnnlab.check.draw import Draw
from cnnlab.exercises import u01_convolutions as visible
from cnnlab.exercises.u01_convolutions import sizes
from cnnlab.learner import LearnerCode

CONV_OUTPUT_SIZE = HiddenChecks(visible.CONV_OUTPUT_SIZE)


@CONV_OUTPUT_SIZE.check("stride 1, no padding", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    kernel = draw.integer(2, 9)
    agree(learner, visible.CONV_OUTPUT_SIZE, kernel + draw.integer(3, 60), kernel)


@CONV_OUTPUT_SIZE.check("padding", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    size, padding = draw.integer(12, 60), draw.integer(2, 5)
    agree(learner, visible.CONV_OUTPUT_SIZE, size, draw.integer(2, 9), padding=padding)


@CONV_OUTPUT_SIZE.check("strides that do not divide", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    kernel, stride = draw.integer(2, 9), draw.integer(3, 6)
    size = kernel + draw.integer(4, 9) * stride + 1
    sizes.agree_on_strides(learner, size, kernel, stride)


@CONV_OUTPUT_SIZE.check("dilation", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    kernel, dilation = draw.integer(3, 6), draw.integer(3, 5)
    agree(learner, visible.CONV_OUTPUT_SIZE, draw.integer(40, 80), kernel, dilation=dilation)


@CONV_OUTPUT_SIZE.check("all settings at once", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    kernel, stride, padding = draw.integer(3, 6), draw.integer(3, 5), draw.integer(6, 9)
    dilation = draw.integer(3, 4)
    size = dilation * (kernel - 1) + 1 - 2 * padding + draw.integer(12, 20) * stride + 1
    sizes.agree_on_strides(learner, size, kernel, stride, padding=padding, dilation=dilation)


PARAM_COUNTS = HiddenChecks(visible.PARAM_COUNTS)


def _convolution(draw: Draw) -> tuple[int, int, int]:
    shows = {s.id for s in visible.PARAM_COUNTS.mistakes if s.of == "conv_params"}
    return telling(
        visible.PARAM_COUNTS,
        lambda: (draw.integer(2, 30), draw.integer(2, 99), draw.integer(2, 7)),
        shows=sorted(shows - {"bias_setting_ignored"}),
        of="conv_params",
    )


@PARAM_COUNTS.check("convolutions", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, visible.PARAM_COUNTS, *_convolution(draw), of="conv_params")


@PARAM_COUNTS.check("convolutions without biases", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, visible.PARAM_COUNTS, *_convolution(draw), bias=False, of="conv_params")


@PARAM_COUNTS.check("dense layers", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    n_in, n_out = draw.integer(50, 999), draw.integer(2, 49)
    agree(learner, visible.PARAM_COUNTS, n_in, n_out, of="linear_params")


@PARAM_COUNTS.check("dense layers without biases", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    n_in, n_out = draw.integer(50, 999), draw.integer(2, 49)
    agree(learner, visible.PARAM_COUNTS, n_in, n_out, bias=False, of="linear_params")
