"""`quantization_parameters`: scale and zero point for a range of real numbers."""

from __future__ import annotations

from cnnlab.check.blame import blame
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode
from cnnlab.quantization import quantization_parameters

REFUSED = (
    "torch.ao.*",
    "torch.quantization.*",
    "torch.nn.quantized.*",
    "torch.quantize_per_*",
    "torch.fake_quantize_*",
    "torch.ops.*",
    "torchao.*",
    "onnxruntime.*",
)

exercise = Exercise(
    "quantization_parameters",
    {"quantization_parameters": quantization_parameters},
    refuses=REFUSED,
)


def _zero_point(low: float, scale: float, levels: int) -> int:
    return min(max(round(-low / scale), 0), levels)


@exercise.mistake(
    "range_not_widened",
    "The range has to hold 0, so that 0 has a byte of its own: padding and ReLU need it. If low is "
    "above 0, start at 0; if high is below 0, end at 0.",
)
def _(low: float, high: float, bits: int = 8) -> tuple[float, int]:
    if low == high:
        return quantization_parameters(low, high, bits)
    levels = 2**bits - 1
    scale = (high - low) / levels
    return scale, _zero_point(low, scale, levels)


@exercise.mistake(
    "range_not_widened",
    "The range has to hold 0: widen it first, then compute both the scale and the zero point.",
)
def _(low: float, high: float, bits: int = 8) -> tuple[float, int]:
    if low == high:
        return quantization_parameters(low, high, bits)
    scale = (high - low) / (2**bits - 1)
    return scale, round(-low / scale)


@exercise.mistake(
    "one_level_too_many",
    "You divide by 2^bits. There are 2^bits numbers, and so 2^bits − 1 steps between them.",
)
def _(low: float, high: float, bits: int = 8) -> tuple[float, int]:
    scale, _ = quantization_parameters(low, high, bits)
    scale = scale * (2**bits - 1) / 2**bits if min(low, 0.0) < max(high, 0.0) else 1.0
    return scale, _zero_point(min(low, 0.0), scale, 2**bits - 1)


@exercise.mistake(
    "zero_point_cut",
    "The zero point is cut, not rounded: int() drops what's behind the point. Use round().",
)
def _(low: float, high: float, bits: int = 8) -> tuple[float, int]:
    scale, _ = quantization_parameters(low, high, bits)
    return scale, min(max(int(-min(low, 0.0) / scale), 0), 2**bits - 1)


@exercise.mistake(
    "bits_ignored", "You always use 8 bits. How many levels `bits` gives is up to it."
)
def _(low: float, high: float, bits: int = 8) -> tuple[float, int]:
    return quantization_parameters(low, high)


@exercise.mistake(
    "signed_zero_point",
    "Your zero point is the one for signed numbers, from −2^(bits−1). Ours are unsigned: low "
    "becomes 0, and the zero point lies between 0 and 2^bits − 1.",
)
def _(low: float, high: float, bits: int = 8) -> tuple[float, int]:
    scale, zero = quantization_parameters(low, high, bits)
    return scale, zero - 2 ** (bits - 1)


@exercise.mistake(
    "zero_point_sign",
    "Look at the sign of the zero point: low is negative, and low / scale steps *below* zero. It "
    "takes −low / scale steps to get from low up to 0.",
)
def _(low: float, high: float, bits: int = 8) -> tuple[float, int]:
    scale, zero = quantization_parameters(low, high, bits)
    return scale, -zero


@exercise.mistake(
    "zero_point_sign",
    "−low / scale is what counts the steps from low up to 0; with low / scale, clipping leaves 0.",
)
def _(low: float, high: float, bits: int = 8) -> tuple[float, int]:
    return quantization_parameters(low, high, bits)[0], 0


@exercise.mistake(
    "empty_range",
    "When all numbers are 0, so is your scale, and the next function divides by it. An empty range "
    "has scale 1.0.",
)
def _(low: float, high: float, bits: int = 8) -> tuple[float, int]:
    if low == high == 0:
        return 0.0, 0
    return quantization_parameters(low, high, bits)


@exercise.mistake(
    "empty_range",
    "When all numbers are 0, your scale is tiny, where 1.0 was agreed on.",
)
def _(low: float, high: float, bits: int = 8) -> tuple[float, int]:
    if low == high == 0:
        return 1e-8, 0
    return quantization_parameters(low, high, bits)


def agree_on_empty_range(learner: LearnerCode, bits: int) -> None:
    """Asks about a range that holds 0 alone, and says so if that makes the code fail."""
    with blame(
        "fails_on_an_empty_range",
        "Your code fails when all numbers are 0 (a layer may well be silent): low = high = 0 "
        "leaves nothing to divide by. Return 1.0 and 0 then.",
        if_passes=lambda: agree(learner, exercise, -1.0, 1.0, bits=bits),
    ):
        agree(learner, exercise, 0.0, 0.0, bits=bits)


@exercise.visible("a range on both sides of 0")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, -1.0, 4.1)
    agree(learner, exercise, -1.015, 4.085)


@exercise.visible("a range that doesn't hold 0")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 2.0, 5.1)
    agree(learner, exercise, -5.1, -2.0)


@exercise.visible("4 bits")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, -1.0, 2.0, bits=4)


@exercise.visible("nothing but zeros")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_empty_range(learner, 8)
