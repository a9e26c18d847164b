"""Hidden checks of unit 01."""

from __future__ import annotations

import torch

from autograder.checks.hidden import HiddenChecks
from autograder.checks.telling import telling
from cnnlab.check.agree import agree
from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.units import u01_convolutions as visible
from cnnlab.check.units.u01_convolutions import (
    convolution,
    edges,
    fields,
    network,
    pooling,
    sizes,
    windows,
)
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


CONV2D = HiddenChecks(visible.CONV2D)


@CONV2D.check("one channel", points=2)
def _(student: Student, draw: Draw) -> None:
    height, width = draw.sample(range(5, 10), 2)
    x, weight = windows.image(draw, 1, height, width), windows.image(draw, 1, 1, 3, 3)
    convolution.agree_without_bias(student, x, weight)


@CONV2D.check("several input and output channels", points=3)
def _(student: Student, draw: Draw) -> None:
    height, width = draw.sample(range(5, 10), 2)
    c_in, c_out = draw.sample(range(2, 6), 2)
    x, weight = windows.image(draw, c_in, height, width), windows.image(draw, c_out, c_in, 3, 3)
    convolution.agree_without_bias(student, x, weight)


@CONV2D.check("bias", points=2)
def _(student: Student, draw: Draw) -> None:
    height, width = draw.sample(range(5, 10), 2)
    c_in, c_out = draw.sample(range(2, 6), 2)
    x, weight = windows.image(draw, c_in, height, width), windows.image(draw, c_out, c_in, 3, 3)
    agree(student, visible.CONV2D, x, weight, windows.image(draw, c_out))


@CONV2D.check("padding", points=2)
def _(student: Student, draw: Draw) -> None:
    height, width = draw.sample(range(5, 10), 2)
    x, weight = windows.image(draw, 2, height, width), windows.image(draw, 3, 2, 3, 3)
    convolution.agree_without_bias(student, x, weight, padding=draw.integer(1, 3))


@CONV2D.check("stride", points=2)
def _(student: Student, draw: Draw) -> None:
    height, width = draw.sample(range(7, 13), 2)
    x, weight = windows.image(draw, 2, height, width), windows.image(draw, 3, 2, 3, 3)
    convolution.agree_without_bias(student, x, weight, stride=draw.integer(2, 4))


@CONV2D.check("stride and padding together", points=1)
def _(student: Student, draw: Draw) -> None:
    height, width = draw.sample(range(7, 13), 2)
    x, weight = windows.image(draw, 3, height, width), windows.image(draw, 2, 3, 5, 5)
    bias = windows.image(draw, 2)
    agree(student, visible.CONV2D, x, weight, bias, stride=2, padding=draw.integer(1, 3))


@CONV2D.check("kernels that are not square", points=2)
def _(student: Student, draw: Draw) -> None:
    height, width = draw.sample(range(7, 11), 2)
    x = windows.image(draw, 3, height, width)
    for sides in [(2, 4), (4, 3)]:
        convolution.agree_on_oblong(student, x, windows.image(draw, 2, 3, *sides), padding=1)


POOL2D = HiddenChecks(visible.POOL2D)


@POOL2D.check("max-pooling, the window moves by its own side", points=2)
def _(student: Student, draw: Draw) -> None:
    kernel, rows, columns = draw.integer(2, 4), *draw.sample(range(2, 6), 2)
    x = windows.brightness(draw, 3, rows * kernel, columns * kernel)
    agree(student, visible.POOL2D, x, kernel)


@POOL2D.check("average pooling", points=2)
def _(student: Student, draw: Draw) -> None:
    rows, columns = draw.sample(range(2, 6), 2)
    agree(
        student, visible.POOL2D, windows.brightness(draw, 3, rows * 3, columns * 3), 3, mode="avg"
    )


@POOL2D.check("numbers below zero", points=2)
def _(student: Student, draw: Draw) -> None:
    rows, columns = draw.sample(range(2, 6), 2)
    agree(student, visible.POOL2D, -1 - windows.brightness(draw, 2, rows * 2, columns * 2), 2)


@POOL2D.check("windows that overlap or leave gaps", points=1)
def _(student: Student, draw: Draw) -> None:
    for kernel, stride, mode in [(3, draw.integer(1, 2), "avg"), (2, draw.integer(3, 4), "max")]:
        height, width = (kernel + steps * stride for steps in draw.sample(range(2, 6), 2))
        agree(
            student,
            visible.POOL2D,
            windows.brightness(draw, 2, height, width),
            kernel,
            stride,
            mode,
        )


@POOL2D.check("rows and columns left over", points=1)
def _(student: Student, draw: Draw) -> None:
    rows, columns = draw.sample(range(2, 6), 2)
    x = windows.brightness(draw, 2, rows * 3 + 2, columns * 3 + 1)
    pooling.agree_on_leftovers(student, x, 3, 3)


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


RECEPTIVE_FIELD = HiddenChecks(visible.RECEPTIVE_FIELD)


@RECEPTIVE_FIELD.check("layers of stride 1", points=2)
def _(student: Student, draw: Draw) -> None:
    kernels = draw.sample(range(2, 10), draw.integer(3, 5))
    fields.agree_on_pairs(student, *((kernel, 1) for kernel in kernels))


STRIDE_MISTAKES = (
    "walked_the_wrong_way",
    "own_stride_counts",
    "strides_ignored",
    "last_stride_only",
    "strides_added",
)
DILATION_MISTAKES = (
    "dilation_ignored",
    "dilation_moves_later_layers",
    "dilation_stretches_every_weight",
)


@RECEPTIVE_FIELD.check("strides and poolings", points=3)
def _(student: Student, draw: Draw) -> None:
    def chain() -> tuple[list[tuple[int, int]]]:
        first, second, last = draw.sample(range(3, 9), 3)
        early, late = draw.sample((2, 3, 4), 2)
        return ([(first, early), (2, 2), (second, late), (last, 1)],)

    (layers,) = telling(visible.RECEPTIVE_FIELD, chain, shows=STRIDE_MISTAKES)
    fields.agree_on_pairs(student, *layers)


@RECEPTIVE_FIELD.check("dilated layers among others", points=2)
def _(student: Student, draw: Draw) -> None:
    def chain() -> tuple[list[tuple[int, ...]]]:
        first, second, last = draw.sample(range(3, 9), 3)
        early, late = draw.sample((2, 3, 4), 2)
        dilation = draw.integer(2, 5)
        return ([(first, early), (2, 2), (second, late, dilation), (last, 1)],)

    (layers,) = telling(visible.RECEPTIVE_FIELD, chain, shows=STRIDE_MISTAKES + DILATION_MISTAKES)
    fields.agree_on_triples(student, *layers)


@RECEPTIVE_FIELD.check("no layers", points=1)
def _(student: Student, draw: Draw) -> None:
    fields.agree_on_no_layers(student)


EDGE_KERNELS = HiddenChecks(visible.EDGE_KERNELS)


def _edges(draw: Draw) -> dict[str, torch.Tensor]:
    """A vertical and a horizontal edge somewhere in an image, between two drawn brightnesses."""
    height, width = draw.sample(range(7, 12), 2)
    low, high = draw.sample([-2.0, -0.5, 0.25, 1.0, 3.0], 2)
    return {
        name: edges.step(height, width, draw.integer(3, 4), name == "horizontal", low, high)
        for name in ("vertical", "horizontal")
    }


@EDGE_KERNELS.check("the vertical kernel", points=2)
def _(student: Student, draw: Draw) -> None:
    pictures = _edges(draw)
    edges.expect_edge_kernel(student, "vertical", pictures["vertical"], pictures["horizontal"])


@EDGE_KERNELS.check("the horizontal kernel", points=2)
def _(student: Student, draw: Draw) -> None:
    pictures = _edges(draw)
    edges.expect_edge_kernel(student, "horizontal", pictures["horizontal"], pictures["vertical"])


@EDGE_KERNELS.check("the blur kernel", points=2)
def _(student: Student, draw: Draw) -> None:
    spot = torch.zeros(1, 7, 7, dtype=torch.float64)
    spot[0, draw.integer(2, 4), draw.integer(2, 4)] = draw.integer(1, 9)
    edges.expect_blur(student, spot)


SIMPLE_CNN = HiddenChecks(visible.SIMPLE_CNN)


@SIMPLE_CNN.check("1,147,466 parameters", points=2)
def _(student: Student, draw: Draw) -> None:
    network.expect_size(student)


@SIMPLE_CNN.check("the logits", points=4)
def _(student: Student, draw: Draw) -> None:
    network.expect_logits(student, network.images(draw, draw.integer(2, 5)))


@SIMPLE_CNN.check("another number of classes", points=2)
def _(student: Student, draw: Draw) -> None:
    num_classes = draw.integer(11, 30)
    network.expect_size(student, num_classes)
    output = student.build("SimpleCNN", num_classes).forward(network.images(draw, 2))
    network.expect_shape(output, (2, num_classes))


@SIMPLE_CNN.check("dropout in training mode only", points=2)
def _(student: Student, draw: Draw) -> None:
    network.expect_dropout_in_training(network.awake(student, draw), network.images(draw, 3))


@SIMPLE_CNN.check("dropout of half the hidden units", points=1)
def _(student: Student, draw: Draw) -> None:
    x = network.images(draw, 16)
    network.expect_logits(student, x)
    network.expect_half_of_hidden_units(network.awake(student, draw), x)


@SIMPLE_CNN.check("every parameter can learn", points=1)
def _(student: Student, draw: Draw) -> None:
    x, targets = network.images(draw, 4), draw.labels(4, 10)
    gradients = network.awake(student, draw).gradients(x, targets=targets)
    if not gradients or any(g is None or not bool(g.any()) for g in gradients.values()):
        raise Wrong(
            "parameter_without_gradient",
            "The loss does not reach every parameter, so part of the network would never learn.",
        )
