"""Unit 09: convolutions that are taken apart, into groups and into two steps."""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.anatomy import conv_output_size, conv_params
from cnnlab.practice.counted import in_all
from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import decimal, whole
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import num

CHANNELS = [16, 24, 32, 48, 64, 96, 128]


@kind(unit=9, topic="parameters")
def separable_weights(draw: Draw) -> Question:
    c_in, c_out = draw.one_of(CHANNELS), draw.one_of(CHANNELS)
    kernel = draw.one_of([3, 3, 5])
    with torch.device("meta"):
        answer = in_all(
            nn.Conv2d(c_in, c_in, kernel, groups=c_in, bias=False),
            nn.Conv2d(c_in, c_out, 1, bias=False),
        )
    standard = conv_params(c_in, c_out, kernel, bias=False)
    depthwise = c_in * kernel**2
    return whole(
        f"A depthwise {kernel}×{kernel} convolution on {c_in} channels is followed by a pointwise "
        f"(1×1) one to {c_out} channels. No biases. How many weights do they have together?",
        answer,
        [
            f"Depthwise: one {kernel}×{kernel} slice for each channel, {c_in}·{kernel**2} = "
            f"{num(depthwise)}.",
            f"Pointwise: {c_in}·{c_out} = {num(c_in * c_out)}.",
            f"Together {num(answer)}. A standard convolution has {num(standard)}.",
        ],
        {
            standard: "That's the standard convolution.",
            depthwise: "The pointwise convolution is missing.",
            c_in * c_out: "The depthwise convolution is missing.",
            c_out * kernel**2
            + c_in * c_out: "The depthwise one works on the channels that come in.",
        },
        c_in=c_in,
        c_out=c_out,
        kernel=kernel,
    )


@kind(unit=9, topic="cost")
def separable_saving(draw: Draw) -> Question:
    c_in, c_out, kernel = draw.one_of(CHANNELS), draw.one_of(CHANNELS), draw.one_of([3, 5])
    side = draw.one_of([7, 14, 28, 32])
    standard = conv_params(c_in, c_out, kernel, bias=False) * side**2
    separable = (c_in * kernel**2 + c_in * c_out) * side**2
    answer = standard / separable
    return decimal(
        f"On maps of {side}×{side} (stride 1, “same” padding), a standard {kernel}×{kernel} "
        f"convolution from {c_in} to {c_out} channels is replaced by a depthwise and a pointwise "
        "one. By what factor do the multiply-adds shrink?",
        answer,
        [
            f"Standard, at each position: {c_in}·{c_out}·{kernel**2} = {num(standard // side**2)}.",
            f"Separable: {c_in}·{kernel**2} + {c_in}·{c_out} = {num(separable // side**2)}.",
            f"{num(standard // side**2)}/{num(separable // side**2)} = {answer:.3f}; the number of "
            "positions cancels. (The milliseconds often shrink by less.)",
        ],
        {
            separable / standard: "That's what is left. The factor is its inverse.",
            float(kernel**2): "The pointwise convolution costs something, too.",
            float(c_out): "The pointwise convolution costs something, too.",
        },
        c_in=c_in,
        c_out=c_out,
        kernel=kernel,
        side=side,
    )


@kind(unit=9, topic="parameters")
def grouped_weights(draw: Draw) -> Question:
    groups = draw.one_of([2, 4, 8, 16])
    c_in, c_out = groups * draw.whole(2, 8), groups * draw.whole(2, 8)
    with torch.device("meta"):
        answer = in_all(nn.Conv2d(c_in, c_out, 3, groups=groups, bias=False))
    return whole(
        f"How many weights does nn.Conv2d({c_in}, {c_out}, 3, groups={groups}, bias=False) have?",
        answer,
        [
            f"With {groups} groups each filter sees {c_in}/{groups} = {c_in // groups} channels.",
            f"{c_out}·{c_in // groups}·9 = {num(answer)}, 1/{groups} of what it has without "
            "groups.",
        ],
        {
            9 * c_in * c_out: "That's without groups.",
            answer // groups: f"There are still {c_out} filters in all.",
            9 * c_out: "That would be depthwise: a group for each channel.",
        },
        c_in=c_in,
        c_out=c_out,
        groups=groups,
    )


@kind(unit=9, topic="parameters")
def inverted_parameters(draw: Draw) -> Question:
    c_in, c_out = draw.one_of([8, 16, 24, 32]), draw.one_of([16, 24, 32])
    expansion, stride = draw.one_of([2, 3, 4, 6]), draw.one_of([1, 2])
    wide = c_in * expansion
    with torch.device("meta"):
        answer = in_all(
            nn.Conv2d(c_in, wide, 1, bias=False),
            nn.BatchNorm2d(wide),
            nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False),
            nn.BatchNorm2d(wide),
            nn.Conv2d(wide, c_out, 1, bias=False),
            nn.BatchNorm2d(c_out),
        )
    weights = c_in * wide + 9 * wide + wide * c_out
    return whole(
        f"An inverted residual block, {c_in} to {c_out} channels, stride {stride}, expansion "
        f"{expansion}: 1×1 up to {c_in}·{expansion} channels, depthwise 3×3, 1×1 down; a batch "
        "norm after each, no biases. How many parameters does it have?",
        answer,
        [
            f"{c_in}·{expansion} = {wide} channels inside.",
            f"Up {c_in}·{wide} = {num(c_in * wide)}, depthwise 9·{wide} = {num(9 * wide)}, down "
            f"{wide}·{c_out} = {num(wide * c_out)}.",
            f"Batch norms: 2·({wide} + {wide} + {c_out}) = {num(2 * (2 * wide + c_out))}. Together "
            f"{num(answer)}. Stride and shortcut cost nothing.",
        ],
        {
            weights: "You left out the batch norms.",
            c_in * wide + 9 * wide * wide + wide * c_out + 2 * (2 * wide + c_out): "A depthwise "
            "convolution has one 3×3 slice for each channel.",
        },
        c_in=c_in,
        c_out=c_out,
        expansion=expansion,
        stride=stride,
    )


@kind(unit=9, topic="cost")
def depthwise_multiply_adds(draw: Draw) -> Question:
    channels, side, stride = (
        draw.one_of(CHANNELS),
        draw.one_of([14, 28, 32, 56]),
        draw.one_of([1, 2]),
    )
    out = conv_output_size(side, 3, stride, 1)
    answer = conv_params(1, channels, 3, bias=False) * out**2
    return whole(
        f"A depthwise 3×3 convolution with stride {stride} and padding 1 works on "
        f"{channels}×{side}×{side}. How many multiply-adds are that? (No bias; those with the "
        "padding's zeros count.)",
        answer,
        [
            f"The output is {channels}×{out}×{out}, and each of its numbers takes 3·3 = 9 "
            "multiply-adds: depthwise, each channel sees only itself.",
            f"{channels}·{out}²·9 = {num(answer)}.",
        ],
        {
            answer * channels: "That's a standard convolution. Depthwise, channels aren't mixed.",
            9 * channels * side**2: "With stride 2 there are a quarter as many positions.",
            9 * channels: "That's the number of weights. Each works at every position.",
        },
        channels=channels,
        side=side,
        stride=stride,
    )
