"""Unit 10: whole numbers in the place of floats."""

from __future__ import annotations

import torch

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import decimal, near, whole
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import bracketed, listed, num


def _scale(low: float, high: float, bits: int) -> float:
    """The step between neighbouring whole numbers, for a range that holds 0."""
    return (max(high, 0.0) - min(low, 0.0)) / (2**bits - 1)


def _range(draw: Draw) -> tuple[float, float]:
    return draw.one_of([0.0, -draw.tenths(0.2, 4)]), draw.tenths(1, 8)


@kind(unit=10, topic="quantisation")
def quantisation_scale(draw: Draw) -> Question:
    bits = draw.one_of([8, 8, 4])
    low, high = draw.one_of([_range(draw), (draw.tenths(0.1, 0.9), draw.tenths(1, 6))])
    answer = _scale(low, high, bits)
    widened = f"0 has to be in the range, so it becomes 0 … {num(high)}. " if low > 0 else ""
    low_used = min(low, 0.0)
    return near(
        f"Values from {num(low)} to {num(high)} are to be stored as unsigned {bits}-bit numbers. "
        "Which scale (step from one whole number to the next) do they get? The range is first "
        "widened to hold 0, if it doesn't.",
        answer,
        [
            f"{widened}{bits} bits have 2^{bits} = {2**bits} levels, so {2**bits - 1} steps.",
            f"({num(high)} − {bracketed(low_used)})/{2**bits - 1} = {num(answer)}.",
        ],
        {
            (high - low_used) / 2**bits: f"Between {2**bits} levels lie {2**bits - 1} steps.",
            (high - low) / (2**bits - 1): "The range has to be widened to hold 0.",
            high / (2**bits - 1): "The negative part belongs to the range.",
        },
        within=0.1,
        low=low,
        high=high,
        bits=bits,
    )


@kind(unit=10, topic="quantisation")
def zero_point(draw: Draw) -> Question:
    while True:
        low, high = -draw.tenths(0.2, 4), draw.tenths(0.5, 8)
        scale = _scale(low, high, 8)
        exact = -low / scale
        if abs(exact % 1 - 0.5) > 0.02:  # no question about how halves are rounded
            break
    answer = round(exact)
    return whole(
        f"Values from {num(low)} to {num(high)} are stored as unsigned 8-bit numbers. Which whole "
        "number stands for 0 (the zero point)?",
        answer,
        [
            f"Scale: ({num(high)} − {bracketed(low)})/255 = {num(scale)}.",
            f"Zero point: −low/scale = {num(-low)}/{num(scale)} = {exact:.2f}, rounded {answer}.",
        ],
        {
            0: "0 stands for the lowest value here, and that's negative.",
            128: "That holds only if the range reaches as far down as up.",
            round(high / scale): "Count from the low end: −low/scale.",
        },
        low=low,
        high=high,
    )


@kind(unit=10, topic="quantisation")
def quantised_value(draw: Draw) -> Question:
    scale, zero = draw.one_of([0.01, 0.02, 0.05, 0.1]), draw.whole(20, 160)
    while True:
        level = draw.whole(-60, 320)
        value = (level - zero) * scale + draw.one_of([-0.3, -0.2, 0.1, 0.3, 0.4]) * scale
        value = round(value, 3)
        if abs((value / scale) % 1 - 0.5) > 0.05:
            break
    x = torch.tensor([value], dtype=torch.float64)
    answer = int((torch.round(x / scale) + zero).clamp(0, 255).item())
    exact = value / scale + zero
    clipped = " It's clipped to the range 0 … 255." if not 0 <= round(exact) <= 255 else ""
    return whole(
        f"Unsigned 8-bit quantisation with scale {num(scale)} and zero point {zero}. Which whole "
        f"number is stored for {num(value)}?",
        answer,
        [
            f"{num(value)}/{num(scale)} + {zero} = {num(round(exact, 2))}, rounded "
            f"{num(round(exact))}.{clipped}",
            f"So {answer} is stored.",
        ],
        {
            round(value / scale): "Add the zero point.",
            round(exact): "Eight bits hold 0 to 255. What lies outside is clipped.",
            round(value * scale) + zero: "Divide by the scale.",
        },
        scale=scale,
        zero=zero,
        value=value,
    )


@kind(unit=10, topic="quantisation")
def dequantised_value(draw: Draw) -> Question:
    scale, zero, stored = draw.one_of([0.01, 0.02, 0.05]), draw.whole(0, 200), draw.whole(0, 255)
    answer = scale * (stored - zero)
    return decimal(
        f"Scale {num(scale)}, zero point {zero}, and {stored} is stored. Which value does it "
        "stand for?",
        answer,
        [
            "value = scale·(stored − zero point)",
            f"{num(scale)}·({stored} − {zero}) = {num(scale)}·{bracketed(stored - zero)} = "
            f"{num(answer)}.",
        ],
        {
            scale * stored: "Take the zero point off first.",
            scale * (zero - stored): "Stored minus zero point.",
            scale * stored - zero: "First take the zero point off, then multiply.",
        },
        scale=scale,
        zero=zero,
        stored=stored,
    )


@kind(unit=10, topic="quantisation")
def weight_to_int8(draw: Draw) -> Question:
    weights = [draw.whole(-90, 90) / 100 for _ in range(4)]
    largest = draw.one_of([-1.27, 1.27, -2.54, 2.54, 0.635, -0.635])
    weights[draw.whole(0, 3)] = largest
    scale = max(abs(w) for w in weights) / 127
    place = draw.whole(0, 3)
    while abs((weights[place] / scale) % 1 - 0.5) < 0.02:
        place = (place + 1) % 4
    answer = round(weights[place] / scale)
    return whole(
        f"An output channel has the weights {listed(weights)}. They're quantised to int8, "
        f"symmetric: scale = max|w|/127. Which whole number is stored for {num(weights[place])}?",
        answer,
        [
            f"The largest size is {num(abs(max(weights, key=abs)))}: scale "
            f"{num(abs(max(weights, key=abs)))}/127 = {num(scale)}.",
            f"{num(weights[place])}/{num(scale)} = {num(round(weights[place] / scale, 2))}, "
            f"rounded {num(answer)}.",
        ],
        {
            round(weights[place] * 127): "Divide by the largest size as well.",
            -answer: "The sign stays.",
            round(
                weights[place] * 127 / (max(weights) or 1)
            ): "The largest *size* counts, and it belongs to a negative weight.",
        },
        weights=weights,
        place=place,
    )


@kind(unit=10, topic="quantisation")
def rounding_error(draw: Draw) -> Question:
    low, high = -draw.tenths(0, 2), draw.tenths(1, 6)
    bits = draw.one_of([8, 6, 4, 2])
    scale = _scale(low, high, bits)
    answer = scale / 2
    return near(
        f"Values from {num(low)} to {num(high)} are stored with {bits} bits (unsigned, rounded to "
        "the nearest level). How far from its true value can a stored one be at most?",
        answer,
        [
            f"Step: ({num(high)} − {bracketed(low)})/(2^{bits} − 1) = {num(scale)}.",
            f"Rounding moves a value by half a step at most: {num(answer)}. Each bit more halves "
            "it, or nearly so.",
        ],
        {
            scale: "Rounded to the *nearest* level, so at most half a step.",
            (high - low) / 2**bits / 2: f"There are 2^{bits} levels, one step fewer.",
        },
        within=0.1,
        low=low,
        high=high,
        bits=bits,
    )


@kind(unit=10, topic="cost")
def bytes_on_disk(draw: Draw) -> Question:
    parameters = draw.whole(1, 250) * 100_000
    dtype, name = draw.one_of(
        [(torch.float32, "float32"), (torch.float16, "float16"), (torch.int8, "int8")]
    )
    size = torch.empty(0, dtype=dtype).element_size()
    answer = parameters * size / 1e6
    return near(
        f"A network has {num(parameters)} parameters, stored as {name}. How many megabytes are "
        "that? (One megabyte is a million bytes; leave scales, names and the like out.)",
        answer,
        [
            f"{name} takes {size} byte{'s' if size > 1 else ''} for each number.",
            f"{num(parameters)}·{size} = {num(parameters * size)} bytes, {num(answer)} megabytes.",
        ],
        {
            parameters * size * 8 / 1e6: "Those are megabits: eight bits are a byte.",
            parameters / 1e6 * (4 if size != 4 else 1): f"{name} takes {size} byte"
            f"{'s' if size > 1 else ''} a number.",
        },
        parameters=parameters,
        dtype=name,
    )
