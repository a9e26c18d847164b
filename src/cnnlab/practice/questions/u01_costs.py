"""Unit 01: parameters, multiply-adds and receptive fields."""

from __future__ import annotations

import math

from cnnlab.anatomy import conv_output_size, conv_params, linear_params, receptive_field
from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import whole
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import num, plus


@kind(unit=1, topic="parameters")
def conv_parameters(draw: Draw) -> Question:
    c_in, c_out = draw.one_of([1, 3, 8, 12, 16, 24, 32]), draw.one_of([16, 20, 32, 48, 64, 96, 128])
    kernel, bias = draw.one_of([1, 3, 5, 7]), draw.one_of([True, True, False])
    answer = conv_params(c_in, c_out, kernel, bias)
    each = c_in * kernel * kernel
    no_bias = ", bias=False" if not bias else ""
    last = (
        f"With a bias each: {c_out}·({num(each)} + 1) = {num(answer)}."
        if bias
        else f"No biases: {c_out}·{num(each)} = {num(answer)}."
    )
    return whole(
        f"How many parameters does nn.Conv2d({c_in}, {c_out}, kernel_size={kernel}{no_bias}) have?",
        answer,
        [
            f"Each filter looks at all {c_in} input channels: {c_in}·{kernel}·{kernel} = "
            f"{num(each)} weights.",
            f"There are {c_out} filters. {last}",
        ],
        {
            c_out * each: "The biases count as well: one for each filter.",
            c_out * kernel**2 + c_out * bias: "A filter has k×k weights for *each* input channel.",
            each * c_out + c_in * bias: "There's one bias for each *output* channel.",
            c_out * (each + 1): "This layer has bias=False.",
            kernel**2: "That's one slice of one filter.",
        },
        c_in=c_in,
        c_out=c_out,
        kernel=kernel,
        bias=bias,
    )


@kind(unit=1, topic="parameters")
def linear_parameters(draw: Draw) -> Question:
    n_in, n_out = draw.whole(20, 600), draw.one_of([10, 32, 64, 84, 100, 128, 256])
    answer = linear_params(n_in, n_out)
    return whole(
        f"How many parameters does nn.Linear({n_in}, {n_out}) have?",
        answer,
        [
            f"Each of the {n_out} units has a weight for each of the {n_in} inputs, and a bias: "
            f"{n_in} + 1 = {n_in + 1}.",
            f"{n_out}·{n_in + 1} = {num(answer)}.",
        ],
        {
            n_in * n_out: "You left the biases out, one for each unit.",
            n_in * n_out + n_in: "There's one bias for each *output*.",
        },
        n_in=n_in,
        n_out=n_out,
    )


@kind(unit=1, topic="parameters")
def dense_on_image(draw: Draw) -> Question:
    side, units = draw.one_of([32, 64, 96, 128, 224]), draw.one_of([64, 128, 256, 512, 1024])
    answer = linear_params(3 * side * side, units)
    return whole(
        f"A colour image of {side}×{side} pixels is flattened and goes into a dense layer with "
        f"{units} units. How many parameters does that layer have, biases included?",
        answer,
        [
            f"A colour pixel has three numbers: 3·{side}·{side} = {num(3 * side * side)} inputs.",
            f"Each unit has a weight for each of them and a bias: {num(units)}·"
            f"({num(3 * side * side)} + 1) = {num(answer)}.",
            f"A convolution nn.Conv2d(3, 64, 3) has {num(conv_params(3, 64, 3))}, at any image "
            "size.",
        ],
        {
            linear_params(side * side, units): "A colour pixel has three numbers, not one.",
            3 * side * side * units: "The biases are missing, one for each unit.",
        },
        side=side,
        units=units,
    )


@kind(unit=1, topic="parameters")
def small_cnn_parameters(draw: Draw) -> Question:
    c1, c2 = draw.one_of([4, 6, 8, 10]), draw.one_of([12, 16, 20])
    side, classes = draw.one_of([16, 20, 28, 32]), draw.whole(2, 10)
    flat = c2 * (side // 4) ** 2
    parts = [conv_params(1, c1, 3), conv_params(c1, c2, 3), linear_params(flat, classes)]
    answer = sum(parts)
    return whole(
        f"How many parameters does this network have, for grey images of {side}×{side}?\n"
        f"    nn.Conv2d(1, {c1}, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),\n"
        f"    nn.Conv2d({c1}, {c2}, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),\n"
        f"    nn.Flatten(), nn.Linear({num(flat)}, {classes})",
        answer,
        [
            f"First convolution: {c1}·(1·9 + 1) = {num(parts[0])}.",
            f"Second: {c2}·({c1}·9 + 1) = {num(parts[1])}.",
            f"Dense layer: {classes}·({num(flat)} + 1) = {num(parts[2])}.",
            f"ReLU, pooling and flattening learn nothing. {plus(parts)} = {num(answer)}.",
        ],
        {
            answer - c1 - c2 - classes: "You left the biases out.",
            answer
            - parts[1]
            + conv_params(1, c2, 3): f"The second convolution sees {c1} channels.",
        },
        c1=c1,
        c2=c2,
        side=side,
        classes=classes,
    )


@kind(unit=1, topic="cost")
def conv_multiply_adds(draw: Draw) -> Question:
    c_in, c_out = draw.one_of([3, 8, 16, 32]), draw.one_of([16, 32, 64])
    side, stride = draw.one_of([14, 16, 28, 32, 56]), draw.one_of([1, 1, 2])
    out = conv_output_size(side, 3, stride, 1)
    answer = conv_params(c_in, c_out, 3, bias=False) * out * out
    return whole(
        f"A map of {c_in}×{side}×{side} goes through\n"
        f"    nn.Conv2d({c_in}, {c_out}, 3, stride={stride}, padding=1, bias=False)\n"
        "How many multiply-adds does that take? (Each multiplication with its addition counts "
        "once; those with the padding's zeros count as well.)",
        answer,
        [
            f"The output is {c_out}×{out}×{out}: {num(c_out * out * out)} numbers.",
            f"Each of them takes {c_in}·3·3 = {c_in * 9} multiply-adds.",
            f"{num(c_out * out * out)}·{c_in * 9} = {num(answer)}. (Put differently: every weight "
            f"works once at each of the {num(out * out)} positions.)",
        ],
        {
            conv_params(c_in, c_out, 3, bias=False): "That's the number of weights. Each of them "
            "works at every output position.",
            conv_params(c_in, c_out, 3, bias=False) * side * side: "With stride 2 there are only a "
            "quarter as many positions.",
            c_out * out * out * 9: f"Each output sums over all {c_in} input channels.",
        },
        c_in=c_in,
        c_out=c_out,
        side=side,
        stride=stride,
    )


@kind(unit=1, topic="receptive-field")
def field_chain(draw: Draw) -> Question:
    layers = []
    for _ in range(draw.whole(3, 5)):
        layers.append(draw.one_of([(3, 1), (3, 1), (5, 1), (3, 2), (2, 2), (5, 2)]))
    answer = receptive_field(layers)
    names, field, jump, steps = [], 1, 1, []
    for kernel, stride in layers:
        name = "max-pool" if kernel == 2 else "conv"
        names.append(f"{name} {kernel}×{kernel}, stride {stride}")
        steps.append(
            f"{names[-1]}: {field} + ({kernel} − 1)·{jump} = {field + (kernel - 1) * jump}"
            + (f"; from here on one step is {jump * stride} pixels" if stride > 1 else "")
            + "."
        )
        field, jump = field + (kernel - 1) * jump, jump * stride
    early, jump = 1, 1
    for kernel, stride in layers:
        jump *= stride
        early += (kernel - 1) * jump
    return whole(
        "Layers, in this order:\n"
        + "\n".join(f"    {name}" for name in names)
        + "\nHow many input pixels wide is the receptive field of one output?",
        answer,
        [
            "Start with 1 pixel. Each layer adds (kernel − 1) steps, as long as the strides of the "
            "layers *before* it have made them.",
            *steps,
        ],
        {
            early: "A layer's own stride doesn't widen its own view, only that of later layers.",
            1 + sum(k - 1 for k, _ in layers): "You left the strides out: after a stride of 2, a "
            "step is two input pixels.",
            math.prod(k for k, _ in layers): "Kernels don't multiply: each adds to what is seen "
            "already.",
            sum(k for k, _ in layers): "Neighbouring kernels overlap: each adds kernel − 1 steps.",
        },
        layers=layers,
    )


@kind(unit=1, topic="receptive-field")
def field_dilated(draw: Draw) -> Question:
    layers = [(3, 1, draw.one_of([1, 2, 3, 4])) for _ in range(draw.whole(2, 4))]
    answer = receptive_field(layers)
    dilations = [d for _, _, d in layers]
    return whole(
        f"{len(layers)} convolutions of 3×3 with stride 1 follow each other; their dilations are "
        f"{', '.join(map(str, dilations))}. How many input pixels wide is the receptive field?",
        answer,
        [
            "With dilation d, a 3×3 kernel reaches 2·d pixels further than one pixel alone.",
            f"1 + {' + '.join(f'2·{d}' for d in dilations)} = {answer}.",
        ],
        {
            1 + 2 * len(layers): "That's without dilation.",
            1 + sum(3 * d for d in dilations): "3 weights have 2 gaps between them, not 3.",
        },
        layers=layers,
    )


@kind(unit=1, topic="receptive-field")
def field_step(draw: Draw) -> Question:
    layers = [draw.one_of([(3, 1), (3, 2), (2, 2), (5, 1), (7, 2)]) for _ in range(4)]
    answer = math.prod(stride for _, stride in layers)
    strides = [stride for _, stride in layers]
    return whole(
        f"Four layers have the strides {', '.join(map(str, strides))}. Two neighbouring positions "
        "of the last map look at parts of the input that are shifted against each other. By how "
        "many input pixels?",
        answer,
        [
            "A step on a map is as many steps on the map before as the layer's stride says, so the "
            "strides multiply.",
            f"{'·'.join(map(str, strides))} = {answer}. Kernel sizes don't matter for this.",
        ],
        {
            sum(strides): "Strides multiply: each counts in steps of the map before.",
            max(strides): "That's one layer. Later strides count in steps of the map before.",
        },
        layers=layers,
    )
