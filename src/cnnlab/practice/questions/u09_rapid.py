"""Unit 09: rapid questions about blocks after ResNet."""

from __future__ import annotations

from cnnlab.anatomy import conv_params
from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import choice
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import num


@kind(unit=9, topic="rapid")
def depthwise_mixes(draw: Draw) -> Question:
    channels = draw.one_of([16, 32, 64])
    a, b = draw.some(range(1, 16), 2)
    return choice(
        draw,
        f"In a depthwise 3×3 convolution on {channels} channels you change input channel {a}. What "
        f"happens to output channel {b}?",
        (
            "Nothing",
            "Depthwise, each output channel reads the input channel of its own number. That's why "
            "a 1×1 convolution follows, which mixes them.",
        ),
        [
            (
                "It changes, as in any convolution",
                "In a standard convolution every output reads every channel; depthwise reads one.",
            ),
            (
                f"It changes, but only 1/{channels} as much",
                "It doesn't share: it reads one channel only, its own.",
            ),
            (
                "It changes only at the same position",
                "That's what a 1×1 convolution does.",
            ),
        ],
        channels=channels,
        a=a,
        b=b,
    )


@kind(unit=9, topic="rapid")
def pointwise_does(draw: Draw) -> Question:
    c_in, c_out = draw.one_of([128, 256]), draw.one_of([16, 32, 64])
    return choice(
        draw,
        f"What is nn.Conv2d({c_in}, {c_out}, 1, bias=False) good for?",
        (
            f"It mixes the {c_in} channels of each position into {c_out} new ones",
            f"It's a dense layer applied at each position by itself, with {num(c_in * c_out)} "
            "weights.",
        ),
        [
            (
                "For nothing: a 1×1 window sees just one pixel",
                f"One pixel, but all of its {c_in} channels.",
            ),
            (
                f"It picks {c_out} of the {c_in} channels",
                "It computes new ones: each is a weighted sum of all.",
            ),
            (
                "It makes the maps smaller",
                "Height and width stay. It changes the number of channels.",
            ),
        ],
        c_in=c_in,
        c_out=c_out,
    )


@kind(unit=9, topic="rapid")
def fewer_and_faster(draw: Draw) -> Question:
    c_in, c_out = draw.one_of([64, 96, 128]), draw.one_of([128, 192, 256])
    standard = conv_params(c_in, c_out, 3, bias=False)
    factor = standard / (9 * c_in + c_in * c_out)
    return choice(
        draw,
        f"A separable convolution needs {factor:.1f} times fewer multiply-adds than the standard "
        f"one ({c_in} to {c_out} channels). How much faster is it?",
        (
            "That has to be measured; usually by less",
            "A depthwise convolution computes little for each number that it fetches from memory, "
            "so memory sets the pace. It also depends on the machine and the batch size.",
        ),
        [
            (
                f"{factor:.1f} times",
                "Multiply-adds are only a part of the time; moving numbers takes the rest.",
            ),
            (
                f"About {2 * factor:.1f} times, because memory is saved as well",
                "There's even one more map to write and read, the one between the two layers.",
            ),
            (
                "Not at all: two layers can't be faster than one",
                "They can, and often are. Just not by the factor of the multiply-adds.",
            ),
        ],
        c_in=c_in,
        c_out=c_out,
    )


@kind(unit=9, topic="rapid")
def dense_or_residual(draw: Draw) -> Question:
    channels, growth = draw.one_of([32, 64]), draw.one_of([12, 16, 24])
    return choice(
        draw,
        f"A map has {channels} channels; a layer computes {growth} new ones from it, which join "
        "it by DenseNet's dense connection. What does the next layer see?",
        (
            f"{channels + growth} channels: the old ones and the new ones",
            "DenseNet concatenates: old features stay as they are. ResNet adds: old and new share "
            "the same channels.",
        ),
        [
            (
                f"{channels} channels: the sum of both",
                f"That's a residual block, and {growth} channels couldn't be added to {channels}.",
            ),
            (
                f"{growth} channels: the new ones",
                "That's a plain layer. A dense block keeps everything.",
            ),
            (
                f"{num(channels * growth)} channels: each old one with each new one",
                "Channels stand side by side; nothing is multiplied.",
            ),
        ],
        channels=channels,
        growth=growth,
    )
