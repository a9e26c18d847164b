"""Unit 10: rapid questions about small and fast networks."""

from __future__ import annotations

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import choice
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import num


@kind(unit=10, topic="rapid")
def padded_bytes(draw: Draw) -> Question:
    zero = draw.one_of([draw.whole(30, 120), draw.whole(136, 200)])
    return choice(
        draw,
        f"A quantised map (unsigned 8-bit) has the zero point {zero}. Which whole number has to "
        "stand in the padding of the next convolution?",
        (
            f"{zero}",
            f"Padding means the *value* 0, and {zero} is what stands for it.",
        ),
        [
            ("0", "The stored 0 stands for the lowest value of the range, and that's negative."),
            ("128", "The middle of the bytes stands for 0 only in a symmetric range."),
            (
                "255",
                "That stands for the highest value.",
            ),
        ],
        zero=zero,
    )


@kind(unit=10, topic="rapid")
def four_times_as_fast(draw: Draw) -> Question:
    before = draw.whole(8, 40)
    return choice(
        draw,
        f"A network in float32 takes {before} ms. You quantise it to int8, a quarter of the "
        "bytes. How long does it take?",
        (
            "That depends on the processor and the runtime: measure it",
            "Weights take a quarter of the space for sure. Time shrinks only where the machine "
            "has fast whole-number instructions and the runtime uses them.",
        ),
        [
            (
                f"{num(before / 4)} ms, a quarter",
                "Bytes aren't milliseconds. On some machines int8 is no faster at all.",
            ),
            (
                f"{before} ms: only the file gets smaller",
                "It can be faster, where the processor multiplies bytes in larger groups.",
            ),
            (
                f"{num(before / 16)} ms: a quarter of the bytes, for weights and for maps",
                "The savings don't multiply.",
            ),
        ],
        before=before,
    )


@kind(unit=10, topic="rapid")
def clever_search(draw: Draw) -> Question:
    percent, tries = draw.whole(86, 91), draw.one_of([20, 40])
    return choice(
        draw,
        f"A search method tried {tries} designs and found one with {percent} % validation "
        "accuracy. What shows that the method is clever?",
        (
            "Random search with the same compute finds less",
            "Over several seeds, too. The best of many random designs is good as well; without "
            "that baseline, the number says nothing about the method.",
        ),
        [
            (
                f"The {percent} % themselves",
                "Perhaps any design of this space gets there.",
            ),
            (
                f"It tried only {tries}, of millions of designs",
                "So does random search.",
            ),
            (
                f"A design picked by hand got {percent - 2} %",
                "One design against the best of many isn't a fair comparison.",
            ),
        ],
        percent=percent,
        tries=tries,
    )


@kind(unit=10, topic="rapid")
def per_channel_scales(draw: Draw) -> Question:
    ratio = draw.one_of([20, 50, 100])
    return choice(
        draw,
        f"One filter of a layer has weights that are {ratio} times as large as those of all "
        "others. Why give each output channel a scale of its own?",
        (
            f"The others would get only about {num(127 / ratio)} levels on each side of 0",
            f"The scale follows the largest weight: 127/{ratio} is what is left for the others. "
            "With scales of their own, each filter uses the whole range.",
        ),
        [
            (
                "Because each channel has its own zero point",
                "Weights are quantised symmetrically: their zero point is 0.",
            ),
            (
                "To save memory",
                "It even takes a little more: a number for each channel.",
            ),
            (
                "Because the sums would overflow otherwise",
                "Sums are held in 32 bits either way.",
            ),
        ],
        ratio=ratio,
    )
