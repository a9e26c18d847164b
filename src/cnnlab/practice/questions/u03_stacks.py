"""Unit 03: stacks of small filters against one large filter."""

from __future__ import annotations

from cnnlab.anatomy import conv_params, receptive_field
from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import percent, whole
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import num


@kind(unit=3, topic="receptive-field")
def stack_field(draw: Draw) -> Question:
    layers, kernel = draw.whole(2, 8), draw.one_of([3, 3, 5])
    answer = receptive_field([(kernel, 1)] * layers)
    return whole(
        f"{layers} convolutions of {kernel}×{kernel} with stride 1 are stacked. How many pixels "
        "wide does one output see the input?",
        answer,
        [
            f"The first sees {kernel} pixels; each further one adds {kernel} − 1 = {kernel - 1}.",
            f"{layers}·({kernel} − 1) + 1 = {answer}.",
        ],
        {
            layers * kernel: "Neighbouring windows overlap: each layer adds kernel − 1.",
            kernel**layers: "Each layer adds to the view; it doesn't multiply it.",
        },
        layers=layers,
        kernel=kernel,
    )


@kind(unit=3, topic="receptive-field")
def equivalent_stack(draw: Draw) -> Question:
    kernel = draw.whole(2, 15) * 2 + 1
    answer = next(n for n in range(1, 40) if receptive_field([(3, 1)] * n) == kernel)
    return whole(
        "How many 3×3 convolutions with stride 1 see as far as one convolution of "
        f"{kernel}×{kernel}?",
        answer,
        [
            "A stack of n sees n·(3 − 1) + 1 = 2n + 1 pixels.",
            f"2n + 1 = {kernel}, so n = ({kernel} − 1)/2 = {answer}.",
        ],
        {
            kernel // 3: "Stacked windows overlap: each adds 2 pixels, not 3.",
            -(-kernel // 3): "Stacked windows overlap: each adds 2 pixels, not 3.",
        },
        kernel=kernel,
    )


@kind(unit=3, topic="parameters")
def stack_weights(draw: Draw) -> Question:
    layers, channels = draw.whole(2, 5), draw.one_of([16, 24, 32, 64, 96, 128])
    answer = layers * conv_params(channels, channels, 3, bias=False)
    large = 2 * layers + 1
    single = conv_params(channels, channels, large, bias=False)
    return whole(
        f"{layers} convolutions of 3×3 follow each other, each from {channels} to {channels} "
        "channels, without biases. How many weights do they have together?",
        answer,
        [
            f"Each has {channels}·{channels}·9 = {num(answer // layers)} weights.",
            f"{layers} of them: {num(answer)}. A single {large}×{large} convolution sees as far "
            f"and has {large**2}·{channels}² = {num(single)}.",
        ],
        {
            layers * 9 * channels: "Each of the output channels has its own filter.",
            single: f"That's the single {large}×{large} convolution that sees as far.",
            9 * layers: "You left the channels out: there's a 3×3 slice for each pair of channels.",
        },
        layers=layers,
        channels=channels,
    )


@kind(unit=3, topic="parameters")
def stack_saving(draw: Draw) -> Question:
    kernel, channels = draw.one_of([5, 7, 9, 11, 13]), draw.one_of([16, 32, 64, 100])
    layers = (kernel - 1) // 2
    stack = layers * conv_params(channels, channels, 3, bias=False)
    single = conv_params(channels, channels, kernel, bias=False)
    answer = 100 * (1 - stack / single)
    return percent(
        f"A {kernel}×{kernel} convolution from {channels} to {channels} channels is replaced by "
        "the stack of 3×3 convolutions that sees equally far, with the same channels throughout "
        "and no biases. What percentage of the weights is saved?",
        answer,
        [
            f"{layers} convolutions of 3×3 see as far: {layers}·2 + 1 = {kernel}.",
            f"They have {layers}·9 = {9 * layers} weights for each pair of channels, the large one "
            f"{kernel}² = {kernel**2}.",
            f"1 − {9 * layers}/{kernel**2} = {answer:.1f} %. The channels cancel.",
        ],
        {
            100 * stack / single: "That's the share that's left. What's saved is the rest.",
            100 * (1 - 9 / kernel**2): f"One 3×3 doesn't see as far: it takes {layers} of them.",
        },
        kernel=kernel,
        channels=channels,
    )
