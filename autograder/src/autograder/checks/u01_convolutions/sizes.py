"""Hidden checks of unit 01: the arithmetic."""

from __future__ import annotations

from autograder.checks.hidden import HiddenChecks
from autograder.checks.telling import telling
from cnnlab.check.agree import agree
from cnnlab.check.draw import Draw
from cnnlab.check.units import u01_convolutions as visible
from cnnlab.check.units.u01_convolutions import sizes
from cnnlab.student import Student

CONV_OUTPUT_SIZE = HiddenChecks(visible.CONV_OUTPUT_SIZE)


@CONV_OUTPUT_SIZE.check("stride 1, no padding", points=1)
def _(student: Student, draw: Draw) -> None:
    kernel = draw.integer(2, 9)
    agree(student, visible.CONV_OUTPUT_SIZE, kernel + draw.integer(3, 60), kernel)


@CONV_OUTPUT_SIZE.check("padding", points=1)
def _(student: Student, draw: Draw) -> None:
    size, padding = draw.integer(12, 60), draw.integer(2, 5)
    agree(student, visible.CONV_OUTPUT_SIZE, size, draw.integer(2, 9), padding=padding)


@CONV_OUTPUT_SIZE.check("strides that do not divide", points=2)
def _(student: Student, draw: Draw) -> None:
    kernel, stride = draw.integer(2, 9), draw.integer(3, 6)
    size = kernel + draw.integer(4, 9) * stride + 1
    sizes.agree_on_strides(student, size, kernel, stride)


@CONV_OUTPUT_SIZE.check("dilation", points=1)
def _(student: Student, draw: Draw) -> None:
    kernel, dilation = draw.integer(3, 6), draw.integer(3, 5)
    agree(student, visible.CONV_OUTPUT_SIZE, draw.integer(40, 80), kernel, dilation=dilation)


@CONV_OUTPUT_SIZE.check("all settings at once", points=1)
def _(student: Student, draw: Draw) -> None:
    kernel, stride, padding = draw.integer(3, 6), draw.integer(3, 5), draw.integer(6, 9)
    dilation = draw.integer(3, 4)
    size = dilation * (kernel - 1) + 1 - 2 * padding + draw.integer(12, 20) * stride + 1
    sizes.agree_on_strides(student, size, kernel, stride, padding=padding, dilation=dilation)


PARAM_COUNTS = HiddenChecks(visible.PARAM_COUNTS)


def _convolution(draw: Draw) -> tuple[int, int, int]:
    shows = {s.diagnosis for s in visible.PARAM_COUNTS.suspects if s.of == "conv_params"}
    return telling(
        visible.PARAM_COUNTS,
        lambda: (draw.integer(2, 30), draw.integer(2, 99), draw.integer(2, 7)),
        shows=sorted(shows - {"bias_setting_ignored"}),
        of="conv_params",
    )


@PARAM_COUNTS.check("convolutions", points=2)
def _(student: Student, draw: Draw) -> None:
    agree(student, visible.PARAM_COUNTS, *_convolution(draw), of="conv_params")


@PARAM_COUNTS.check("convolutions without biases", points=1)
def _(student: Student, draw: Draw) -> None:
    agree(student, visible.PARAM_COUNTS, *_convolution(draw), bias=False, of="conv_params")


@PARAM_COUNTS.check("dense layers", points=2)
def _(student: Student, draw: Draw) -> None:
    n_in, n_out = draw.integer(50, 999), draw.integer(2, 49)
    agree(student, visible.PARAM_COUNTS, n_in, n_out, of="linear_params")


@PARAM_COUNTS.check("dense layers without biases", points=1)
def _(student: Student, draw: Draw) -> None:
    n_in, n_out = draw.integer(50, 999), draw.integer(2, 49)
    agree(student, visible.PARAM_COUNTS, n_in, n_out, bias=False, of="linear_params")
