"""Unit 03: where VGG and AlexNet keep their parameters, and what shapes pass through them."""

from __future__ import annotations

from cnnlab import models
from cnnlab.anatomy import conv_output_size, conv_params, linear_params
from cnnlab.practice.counted import counted
from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import percent, shape, whole
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import num, plus

Config = list[tuple[int, int]]


def _config(draw: Draw, blocks: int) -> Config:
    widths = draw.one_of([[16, 32, 64, 128], [8, 16, 32, 64], [32, 64, 128, 256]])
    return [(draw.whole(1, 3), width) for width in widths[:blocks]]


@kind(unit=3, topic="parameters")
def vgg_block_parameters(draw: Draw) -> Question:
    c_in, c_out = draw.one_of([(3, 16), (16, 32), (32, 64), (64, 128), (3, 64)])
    layers = draw.whole(2, 4)
    answer = counted(models.vgg_block, c_in, c_out, layers)
    first, later = conv_params(c_in, c_out, 3), conv_params(c_out, c_out, 3)
    return whole(
        f"vgg_block({c_in}, {c_out}, num_convs={layers}) stacks {layers} convolutions of 3×3 with "
        "biases, each with a ReLU, and ends in max pooling. How many parameters does it have?",
        answer,
        [
            f"The first convolution changes the channels: {c_out}·({c_in}·9 + 1) = {num(first)}.",
            f"The others keep them: {c_out}·({c_out}·9 + 1) = {num(later)} each.",
            f"{num(first)} + {layers - 1}·{num(later)} = {num(answer)}. ReLU and pooling learn "
            "nothing.",
        ],
        {
            layers * first: f"Only the first convolution reads {c_in} channels.",
            layers * later: f"The first convolution reads only {c_in} channels.",
            answer - layers * c_out: "You left the biases out.",
        },
        c_in=c_in,
        c_out=c_out,
        layers=layers,
    )


@kind(unit=3, topic="sizes")
def vgg_shape(draw: Draw) -> Question:
    blocks, side = draw.whole(2, 4), draw.one_of([32, 48, 64, 96, 100, 224])
    config = _config(draw, blocks)
    out = side
    for _ in range(blocks):
        out = conv_output_size(out, 2, 2)
    channels = config[-1][1]
    convs = sum(n for n, _ in config)
    return shape(
        f"The convolutional part of a VGG has the config {config}, one pair of (convolutions, "
        f"channels) for each block. An image of 3×{side}×{side} comes in. Which shape comes out?",
        (channels, out, out),
        [
            "The 3×3 convolutions have padding 1, so they keep the size, however many there are.",
            f"Each of the {blocks} blocks ends in max pooling, which halves the side: {side} → "
            f"{out}.",
            f"The channels are those of the last block: {channels}×{out}×{out}.",
        ],
        {
            (channels, side, side): "The pooling at the end of each block halves the side.",
            (
                channels,
                side // 2 ** min(convs, 6),
                side // 2 ** min(convs, 6),
            ): "There's one pooling for each block, not for each convolution.",
        },
        config=config,
        side=side,
    )


@kind(unit=3, topic="parameters")
def first_dense_layer(draw: Draw) -> Question:
    blocks, side = draw.whole(3, 5), draw.one_of([32, 64, 128, 224])
    channels, hidden = draw.one_of([128, 256, 512]), draw.one_of([128, 512, 1024, 4096])
    left = side // 2**blocks
    answer = linear_params(channels * left * left, hidden)
    return whole(
        f"The convolutional part of a VGG has {blocks} blocks and ends with {channels} channels. "
        f"Its images have {side}×{side} pixels. How many parameters does the first dense layer "
        f"have, with {num(hidden)} units and their biases?",
        answer,
        [
            f"{blocks} poolings halve the side {blocks} times: {side}/{2**blocks} = {left}.",
            f"Flattened: {channels}·{left}·{left} = {num(channels * left * left)} inputs.",
            f"{num(hidden)}·({num(channels * left * left)} + 1) = {num(answer)}.",
        ],
        {
            linear_params(channels, hidden): "Flattening keeps every position of each map.",
            answer - hidden: "The biases are missing, one for each unit.",
            linear_params(channels * left, hidden): "A map has height *and* width.",
        },
        blocks=blocks,
        side=side,
        channels=channels,
        hidden=hidden,
    )


@kind(unit=3, topic="parameters")
def dense_share(draw: Draw) -> Question:
    convolutions = draw.whole(20, 400) * 1000
    inputs, hidden, classes = draw.one_of([512, 1024, 2048]), draw.one_of([128, 256]), 10
    dense = linear_params(inputs, hidden) + linear_params(hidden, classes)
    answer = 100 * dense / (dense + convolutions)
    return percent(
        f"A network's convolutions have {num(convolutions)} parameters. After them come "
        f"nn.Linear({inputs}, {hidden}) and nn.Linear({hidden}, {classes}). What percentage of "
        "all parameters lies in the dense layers?",
        answer,
        [
            f"Dense: {hidden}·({inputs} + 1) + {classes}·({hidden} + 1) = {num(dense)}.",
            f"{num(dense)}/({num(dense)} + {num(convolutions)}) = {answer:.1f} %. In VGG-16 it's "
            "89 %, in AlexNet 96 %.",
        ],
        {
            100
            * dense
            / convolutions: "The dense layers are a part of the whole, so they're below "
            "the line as well.",
            100 - answer: "That's the share of the convolutions.",
        },
        convolutions=convolutions,
        inputs=inputs,
        hidden=hidden,
        classes=classes,
    )


@kind(unit=3, topic="depth")
def weight_layers(draw: Draw) -> Question:
    config = [(draw.whole(1, 4), width) for width in (64, 128, 256, 512, 512)]
    answer = sum(n for n, _ in config) + 3
    return whole(
        "VGG's names count the layers that have weights. What would a VGG be called with the "
        "config\n"
        f"    {config}\n"
        "(convolutions, channels) and the usual three dense layers? Give the number.",
        answer,
        [
            f"Convolutions: {plus([n for n, _ in config])} = {answer - 3}.",
            f"With the three dense layers {answer - 3} + 3 = {answer}. Pooling and ReLU have no "
            "weights.",
        ],
        {
            answer - 3: "The three dense layers have weights, too.",
            answer + 2: "Pooling has no weights, so it isn't counted.",
            answer - 2: "There are three dense layers, the output among them.",
        },
        config=config,
    )


@kind(unit=3, topic="sizes")
def alexnet_stem(draw: Draw) -> Question:
    side = draw.one_of([128, 160, 176, 192, 208, 224, 227, 240, 256, 272, 288, 320])
    first = conv_output_size(side, 11, 4, 2)
    answer = conv_output_size(first, 3, 2)
    room = side + 4 - 11
    return whole(
        "AlexNet begins with nn.Conv2d(3, 64, 11, stride=4, padding=2) and nn.MaxPool2d(3, "
        f"stride=2). How wide are the maps after both, for images of {side}×{side}?",
        answer,
        [
            f"Convolution: ⌊({side} + 4 − 11)/4⌋ + 1 = ⌊{room}/4⌋ + 1 = {first}.",
            f"Pooling: ⌊({first} − 3)/2⌋ + 1 = {answer}. The side has shrunk to about an eighth, "
            "to save computing.",
        ],
        {
            first: "That's after the convolution. The pooling comes after it.",
            side // 8: "Sides are rounded at each layer: work it out layer by layer.",
        },
        side=side,
    )


@kind(unit=3, topic="parameters")
def rgb_filter(draw: Draw) -> Question:
    kernel, channels = draw.one_of([3, 5, 7, 11]), draw.one_of([3, 3, 1, 4])
    answer = conv_params(channels, 1, kernel, bias=False)
    what = {1: "grey images", 3: "RGB images", 4: "RGB images with a depth channel"}[channels]
    return whole(
        f"A network for {what} begins with a {kernel}×{kernel} convolution. How many weights does "
        "one of its filters have, without the bias?",
        answer,
        [
            f"{what} have {channels} channel{'s' if channels > 1 else ''}, and the filter reads "
            + ("all of them" if channels > 1 else "that one")
            + f": {channels}·{kernel}·{kernel} = {answer}."
        ],
        {
            kernel**2: "That's a single slice. The filter has one for each channel.",
            channels * kernel: "A kernel has height *and* width.",
        },
        kernel=kernel,
        channels=channels,
    )
