"""`quantize` and `dequantize`: real numbers to bytes, and back."""

from __future__ import annotations

import torch
from torch import Tensor

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u10_budgets._dtypes import agree_with_dtypes
from cnnlab.exercises.u10_budgets.quantization_parameters import REFUSED
from cnnlab.learner import LearnerCode
from cnnlab.quantization import dequantize, quantize

exercise = Exercise("quantize", {"quantize": quantize, "dequantize": dequantize}, refuses=REFUSED)


def _clipped(steps: Tensor, bits: int) -> Tensor:
    return steps.clamp(0, 2**bits - 1).to(torch.uint8)


@exercise.mistake(
    "wraps_around",
    "What's out of range wraps around: 260 becomes 4, the brightest pixel a dark one. Clip to "
    "0 … 2^bits − 1 before you convert to uint8.",
)
def _(x: Tensor, scale: float, zero_point: int, bits: int = 8) -> Tensor:
    return (torch.round(x / scale) + zero_point).to(torch.int64).remainder(256).to(torch.uint8)


@exercise.mistake(
    "wraps_around",
    "What's out of range isn't clipped. Clip to 0 … 2^bits − 1 before you convert to uint8.",
)
def _(x: Tensor, scale: float, zero_point: int, bits: int = 8) -> Tensor:
    return (torch.round(x / scale) + zero_point).to(torch.uint8)


@exercise.mistake(
    "cut_not_rounded",
    "Conversion to uint8 cuts what's behind the point. Round before you convert.",
)
def _(x: Tensor, scale: float, zero_point: int, bits: int = 8) -> Tensor:
    return _clipped(x / scale + zero_point, bits)


@exercise.mistake(
    "cut_not_rounded",
    "You round down. Round to the nearest whole number: torch.round does.",
)
def _(x: Tensor, scale: float, zero_point: int, bits: int = 8) -> Tensor:
    return _clipped(torch.floor(x / scale) + zero_point, bits)


@exercise.mistake(
    "half_always_up",
    "A half is always rounded up: that shifts the mean. Half to even is the rule here, and "
    "torch.round follows it: 0.5 becomes 0, 1.5 and 2.5 both become 2.",
)
def _(x: Tensor, scale: float, zero_point: int, bits: int = 8) -> Tensor:
    return _clipped(torch.floor(x / scale + 0.5) + zero_point, bits)


@exercise.mistake(
    "rounds_after_adding",
    "Round first and add the zero point then: with an odd zero point, halves go the other way.",
)
def _(x: Tensor, scale: float, zero_point: int, bits: int = 8) -> Tensor:
    return _clipped(torch.round(x / scale + zero_point), bits)


@exercise.mistake(
    "zero_point_missing",
    "The zero point is missing. It's the byte that stands for 0, so it's added to x / scale.",
)
def _(x: Tensor, scale: float, zero_point: int, bits: int = 8) -> Tensor:
    return _clipped(torch.round(x / scale), bits)


@exercise.mistake(
    "zero_point_subtracted",
    "You subtract the zero point. On the way to bytes it's added, on the way back subtracted.",
)
def _(x: Tensor, scale: float, zero_point: int, bits: int = 8) -> Tensor:
    return _clipped(torch.round(x / scale) - zero_point, bits)


@exercise.mistake(
    "multiplied",
    "You multiply by the scale. The scale is the size of a step; x / scale counts steps.",
)
def _(x: Tensor, scale: float, zero_point: int, bits: int = 8) -> Tensor:
    return _clipped(torch.round(x * scale) + zero_point, bits)


@exercise.mistake(
    "bits_ignored", "You clip at 255 whatever `bits` says. The largest number is 2^bits − 1."
)
def _(x: Tensor, scale: float, zero_point: int, bits: int = 8) -> Tensor:
    return quantize(x, scale, zero_point)


@exercise.mistake(
    "not_uint8",
    "The numbers are right, but they aren't stored as bytes: convert to torch.uint8, or nothing "
    "gets smaller.",
)
def _(x: Tensor, scale: float, zero_point: int, bits: int = 8) -> Tensor:
    return quantize(x, scale, zero_point, bits).float()


@exercise.mistake(
    "not_uint8",
    "The numbers are right, but an int64 takes eight times the room of a byte: use torch.uint8.",
)
def _(x: Tensor, scale: float, zero_point: int, bits: int = 8) -> Tensor:
    return quantize(x, scale, zero_point, bits).long()


@exercise.mistake(
    "not_uint8",
    "The numbers are right, but an int32 takes four times the room of a byte: use torch.uint8.",
)
def _(x: Tensor, scale: float, zero_point: int, bits: int = 8) -> Tensor:
    return quantize(x, scale, zero_point, bits).int()


@exercise.mistake(
    "bytes_wrap_around",
    "You subtract from bytes, and a byte can't be negative: 3 − 5 gives 254. Convert to float32 "
    "first, then subtract.",
    of="dequantize",
)
def _(q: Tensor, scale: float, zero_point: int) -> Tensor:
    return (q.long() - zero_point).remainder(256).float() * scale


@exercise.mistake(
    "zero_point_not_taken_off",
    "The zero point has to come off again: the byte z stands for 0.",
    of="dequantize",
)
def _(q: Tensor, scale: float, zero_point: int) -> Tensor:
    return q.float() * scale


@exercise.mistake(
    "zero_point_added_back",
    "You add the zero point. On the way to bytes it's added, on the way back subtracted.",
    of="dequantize",
)
def _(q: Tensor, scale: float, zero_point: int) -> Tensor:
    return (q.float() + zero_point) * scale


@exercise.mistake(
    "scaled_first",
    "Subtract the zero point before you multiply: it counts steps, just as the bytes do.",
    of="dequantize",
)
def _(q: Tensor, scale: float, zero_point: int) -> Tensor:
    return q.float() * scale - zero_point


@exercise.mistake(
    "divided",
    "You divide by the scale. On the way back each step counts `scale`, so multiply.",
    of="dequantize",
)
def _(q: Tensor, scale: float, zero_point: int) -> Tensor:
    return (q.float() - zero_point) / scale


@exercise.mistake(
    "not_float32",
    "The numbers are right, but their dtype is float64. Networks compute with float32: q.float().",
    of="dequantize",
)
def _(q: Tensor, scale: float, zero_point: int) -> Tensor:
    return dequantize(q, scale, zero_point).double()


def between_steps(draw: Draw, *shape: int, scale: float, low: int, high: int) -> Tensor:
    """Real numbers that lie clearly nearer to one step than to the next, both ways alike."""
    steps = draw.uniform(*shape, low=low, high=high).round()
    off = draw.uniform(*shape, low=0.1, high=0.4) * (2 * draw.labels(steps.numel(), 2) - 1).view(
        *shape
    )
    return ((steps + off) * scale).float()


def halves(zero_point: int) -> Tensor:
    """Numbers halfway between two steps of 0.5 around a zero point."""
    return torch.arange(-min(zero_point, 6), 7) * 0.5 + 0.25


@exercise.visible("real numbers to bytes")
def _(learner: LearnerCode, draw: Draw) -> None:
    x = torch.tensor([-1.0, -0.46, 0.0, 0.14, 0.33, 2.0])
    agree_with_dtypes(learner, exercise, x, 0.1, 20)


@exercise.visible("what's out of range is clipped")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_with_dtypes(learner, exercise, torch.tensor([[-3.0, 0.04], [1.0, 90.0]]), 0.1, 20)


@exercise.visible("a half goes to the even neighbour")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_with_dtypes(learner, exercise, halves(5), 0.5, 5)


@exercise.visible("4 bits")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_with_dtypes(learner, exercise, torch.tensor([-1.0, 0.2, 1.2]), 0.1, 8, bits=4)


@exercise.visible("and back")
def _(learner: LearnerCode, draw: Draw) -> None:
    q = torch.tensor([0, 3, 20, 255], dtype=torch.uint8)
    agree_with_dtypes(learner, exercise, q, 0.1, 20, of="dequantize")
