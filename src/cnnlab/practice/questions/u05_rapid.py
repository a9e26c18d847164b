"""Unit 05: rapid questions about degradation and shortcuts."""

from __future__ import annotations

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import choice
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import num


@kind(unit=5, topic="rapid")
def degradation(draw: Draw) -> Question:
    good, poor = draw.whole(3, 9), draw.whole(12, 30)
    return choice(
        draw,
        f"A plain network of 20 layers has {good} % training error, one of 56 layers {poor} %. "
        "Batch norm keeps the gradients healthy in both. What is that?",
        (
            "Degradation",
            "The deeper network is harder to optimise. Its training error is higher, so it isn't "
            "overfitting; its gradients are healthy, so they haven't vanished. Shortcuts make "
            "“change nothing” easy to learn.",
        ),
        [
            (
                "Overfitting",
                f"An overfitting network has a *low* training error. Here it rises from {good} to "
                f"{poor} %.",
            ),
            (
                "Vanishing gradients",
                "They were measured and are healthy: batch norm sees to that.",
            ),
            (
                "Too few parameters",
                "The deeper one has more of them, and could copy the shallow one.",
            ),
        ],
        good=good,
        poor=poor,
    )


@kind(unit=5, topic="rapid")
def zero_block(draw: Draw) -> Question:
    value = draw.tenths(0.5, 9)
    shown = num(value)
    return choice(
        draw,
        "All convolution weights and the batch norms' β of a residual block (identity shortcut) "
        f"are 0. A value of {shown} comes in. What comes out?",
        (
            f"{shown}",
            "F(x) is 0, and 0 + x is x; the ReLU leaves a positive value alone. So a block can "
            "start as “do nothing” and learn a correction.",
        ),
        [
            ("0", "That's a plain block. The shortcut adds the input."),
            (
                "It's undefined, since 0 is divided by 0",
                "ε keeps the denominator away from 0: 0/√(0 + ε) is 0.",
            ),
            (f"{num(2 * value)}", "The input is added once, to F(x) = 0."),
        ],
        value=value,
    )


@kind(unit=5, topic="rapid")
def unequal_shapes(draw: Draw) -> Question:
    channels, side = draw.one_of([16, 32, 64]), draw.one_of([16, 28, 32, 56])
    return choice(
        draw,
        f"A block's input is {channels}×{side}×{side}, and its convolutions make "
        f"{2 * channels}×{side // 2}×{side // 2} of it. What has to be on the shortcut?",
        (
            f"A 1×1 convolution to {2 * channels} channels with stride 2",
            "Only equal shapes can be added. The 1×1 convolution changes the channels, its stride "
            "the size.",
        ),
        [
            (
                "Nothing: PyTorch fits the shapes when it adds",
                "Broadcasting only repeats sides of length 1. These shapes raise an error.",
            ),
            (
                f"A 1×1 convolution to {2 * channels} channels with stride 1",
                f"The map would stay {side}×{side} and couldn't be added to "
                f"{side // 2}×{side // 2}.",
            ),
            (
                "A max-pool 2",
                f"It halves the size, but {channels} channels stay {channels}.",
            ),
        ],
        channels=channels,
        side=side,
    )


@kind(unit=5, topic="rapid")
def pooled_head(draw: Draw) -> Question:
    side, larger = draw.one_of([(32, 48), (64, 96), (224, 320)])
    return choice(
        draw,
        f"A network with global average pooling before its dense layer was trained on images of "
        f"{side}×{side}. It gets one of {larger}×{larger}. What happens?",
        (
            "It runs: the pooled vector has the same length",
            "The maps get larger, but each is averaged to one number. (How well it does at another "
            "size is another question.)",
        ),
        [
            (
                "An error: the dense layer has a fixed number of inputs",
                "That number is the number of channels, which doesn't change. After *flattening* "
                "you'd be right.",
            ),
            (
                "An error: convolutions are made for one image size",
                "A convolution slides over any size.",
            ),
            (
                f"The image is cropped to {side}×{side}",
                "Nothing in the network knows the old size.",
            ),
        ],
        side=side,
        larger=larger,
    )
