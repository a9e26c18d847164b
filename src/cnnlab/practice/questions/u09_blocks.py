"""Unit 09: branches, dense blocks and gates."""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.anatomy import conv_params
from cnnlab.practice.counted import in_all
from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import near, shape, whole
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import num, plus, times


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
        answer = in_all(nn.Conv2d(c_in, narrow, 1), nn.Conv2d(narrow, out, kernel))
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
            in_all(nn.BatchNorm2d(width), nn.Conv2d(width, growth, 3, bias=False))
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
        answer = in_all(nn.Conv2d(channels, narrow, 1), nn.Conv2d(narrow, channels, 1))
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
