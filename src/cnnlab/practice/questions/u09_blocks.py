"""Unit 09: what separable, grouped, branched and dense blocks cost, and what they put out."""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.anatomy import conv_output_size, conv_params
from cnnlab.models import count_parameters
from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import decimal, near, shape, whole
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import num, plus, times

CHANNELS = [16, 24, 32, 48, 64, 96, 128]


def parameters(*layers: nn.Module) -> int:
    return sum(count_parameters(layer) for layer in layers)


@kind(unit=9, topic="parameters")
def separable_weights(draw: Draw) -> Question:
    c_in, c_out = draw.one_of(CHANNELS), draw.one_of(CHANNELS)
    kernel = draw.one_of([3, 3, 5])
    with torch.device("meta"):
        answer = parameters(
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
        answer = parameters(nn.Conv2d(c_in, c_out, 3, groups=groups, bias=False))
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


@kind(unit=9, topic="sizes")
def inception_shape(draw: Draw) -> Question:
    c_in, side = draw.one_of([64, 128, 192, 256]), draw.one_of([14, 28, 32])
    c1, c3 = draw.one_of([32, 64, 96]), (draw.one_of([32, 48]), draw.one_of([64, 96, 128]))
    c5, pool = (draw.one_of([8, 16]), draw.one_of([16, 32, 48])), draw.one_of([16, 32, 64])
    with torch.device("meta"):
        branches = [torch.empty(n, side, side) for n in (c1, c3[1], c5[1], pool)]
        answer = tuple(torch.cat(branches).shape)
    return shape(
        f"An Inception block gets {times((c_in, side, side))}. Its branches: 1×1 to {c1} "
        f"channels; 1×1 to {c3[0]}, then 3×3 to {c3[1]}; 1×1 to {c5[0]}, then 5×5 to {c5[1]}; 3×3 "
        f"max pooling of stride 1, then 1×1 to {pool}. All keep the size. Which shape comes out?",
        answer,
        [
            "The branches' outputs are concatenated along the channels.",
            f"{c1} + {c3[1]} + {c5[1]} + {pool} = {answer[0]}; the size stays {side}×{side}.",
            "The first 1×1 layers only make the larger filters cheaper; their channels don't come "
            "out.",
        ],
        {
            (answer[0] + c3[0] + c5[0], side, side): "Only what a branch ends with comes out.",
            (max(c1, c3[1], c5[1], pool), side, side): "Branches are concatenated, not added.",
            (
                answer[0] + c_in,
                side,
                side,
            ): "The input itself isn't passed on; the pooling branch ends in a 1×1 convolution.",
        },
        c_in=c_in,
        side=side,
        c1=c1,
        c3=c3,
        c5=c5,
        pool=pool,
    )


@kind(unit=9, topic="parameters")
def inception_branch(draw: Draw) -> Question:
    c_in, kernel = draw.one_of([128, 192, 256, 480]), draw.one_of([3, 5])
    narrow, out = draw.one_of([16, 24, 32, 64, 96]), draw.one_of([32, 48, 64, 128])
    with torch.device("meta"):
        answer = parameters(nn.Conv2d(c_in, narrow, 1), nn.Conv2d(narrow, out, kernel))
    direct = conv_params(c_in, out, kernel)
    first, second = conv_params(c_in, narrow, 1), conv_params(narrow, out, kernel)
    return whole(
        f"A branch of an Inception block goes from {c_in} channels through 1×1 to {narrow}, then "
        f"through {kernel}×{kernel} to {out}. Both convolutions have biases. How many parameters "
        "does the branch have?",
        answer,
        [
            f"1×1: {narrow}·({c_in} + 1) = {num(first)}.",
            f"{kernel}×{kernel}: {out}·({narrow}·{kernel**2} + 1) = {num(second)}.",
            f"Together {num(answer)}. Straight from {c_in} to {out} it would be {num(direct)}.",
        ],
        {
            direct: "The 1×1 comes first and leaves the large filter fewer channels.",
            answer - narrow - out: "You left the biases out.",
        },
        c_in=c_in,
        narrow=narrow,
        out=out,
        kernel=kernel,
    )


@kind(unit=9, topic="sizes")
def dense_channels(draw: Draw) -> Question:
    c_in, growth = draw.one_of([16, 24, 32, 64]), draw.one_of([8, 12, 16, 24, 32])
    layers = draw.whole(3, 12)
    answer = c_in
    for _ in range(layers):
        answer += growth
    return whole(
        f"A dense block gets {c_in} channels and has {layers} layers with growth {growth}. All "
        "outputs are concatenated, the input among them. How many channels come out?",
        answer,
        [
            f"Each layer adds {growth} channels to what is there: {c_in} + {layers}·{growth} = "
            f"{answer}."
        ],
        {
            layers * growth: "The input is concatenated as well.",
            growth: "That's a single layer's output.",
            c_in + growth: "Each of the layers adds its channels.",
        },
        c_in=c_in,
        growth=growth,
        layers=layers,
    )


@kind(unit=9, topic="parameters")
def dense_parameters(draw: Draw) -> Question:
    c_in, growth, layers = draw.one_of([8, 16, 24]), draw.one_of([4, 8, 12]), draw.whole(2, 4)
    widths = [c_in + growth * i for i in range(layers)]
    with torch.device("meta"):
        parts = [
            parameters(nn.BatchNorm2d(width), nn.Conv2d(width, growth, 3, bias=False))
            for width in widths
        ]
    answer = sum(parts)
    return whole(
        f"A dense block on {c_in} channels has {layers} layers with growth {growth}. Each is "
        "batch norm, ReLU and a 3×3 convolution without bias, and sees everything before it. How "
        "many parameters does the block have?",
        answer,
        [
            f"The layers see {', '.join(map(str, widths))} channels.",
            f"On c channels: 2·c for batch norm and 9·c·{growth} for the convolution, "
            f"{2 + 9 * growth}·c.",
            f"{2 + 9 * growth}·({plus(widths)}) = {num(answer)}.",
        ],
        {
            layers * parts[0]: "Later layers see the outputs of earlier ones as well.",
            sum(9 * width * growth for width in widths): "Batch norm has γ and β for each channel.",
        },
        c_in=c_in,
        growth=growth,
        layers=layers,
    )


@kind(unit=9, topic="parameters")
def excite_parameters(draw: Draw) -> Question:
    reduction = draw.one_of([2, 4, 8, 16])
    channels = 16 * draw.whole(1, 12)
    narrow = channels // reduction
    with torch.device("meta"):
        answer = parameters(nn.Conv2d(channels, narrow, 1), nn.Conv2d(narrow, channels, 1))
    return whole(
        f"A squeeze-and-excite block on {channels} channels with reduction {reduction}: global "
        f"mean, 1×1 down to {channels}/{reduction} channels, ReLU, 1×1 back, sigmoid. Both 1×1 "
        "layers have biases. How many parameters does it have?",
        answer,
        [
            f"{channels}/{reduction} = {narrow}. Down: {narrow}·({channels} + 1) = "
            f"{num(narrow * (channels + 1))}.",
            f"Back: {channels}·({narrow} + 1) = {num(channels * (narrow + 1))}. Together "
            f"{num(answer)}.",
        ],
        {
            2 * channels * narrow: "You left the biases out.",
            channels * (channels + 1): "The first 1×1 goes down to fewer channels.",
        },
        channels=channels,
        reduction=reduction,
    )


@kind(unit=9, topic="parameters")
def inverted_parameters(draw: Draw) -> Question:
    c_in, c_out = draw.one_of([8, 16, 24, 32]), draw.one_of([16, 24, 32])
    expansion, stride = draw.one_of([2, 3, 4, 6]), draw.one_of([1, 2])
    wide = c_in * expansion
    with torch.device("meta"):
        answer = parameters(
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


@kind(unit=9, topic="by-hand")
def gated_value(draw: Draw) -> Question:
    value, score = draw.tenths(0.5, 6), draw.whole(-3, 3)
    gate = torch.sigmoid(torch.tensor(score, dtype=torch.float64)).item()
    answer = value * gate
    return near(
        f"In a squeeze-and-excite block the last 1×1 layer gives {num(score)} for a channel, "
        f"before the sigmoid. A position of that channel holds {num(value)}. What comes out of "
        "the block there?",
        answer,
        [
            f"The gate is sigmoid({num(score)}) = 1/(1 + e^{num(-score)}) = {num(gate)}.",
            f"Every position of the channel is multiplied by it: {num(value)}·{num(gate)} = "
            f"{num(answer)}.",
        ],
        {
            value * score: "The sigmoid turns the score into a gate between 0 and 1 first.",
            value + gate: "The gate multiplies; it isn't added.",
            gate: "That's the gate. It scales the value.",
        },
        value=value,
        score=score,
    )
