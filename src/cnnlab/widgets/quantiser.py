"""The quantiser: a picture at few bits, what was lost, and where the numbers have gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cnnlab import quantization
from cnnlab.errors import CnnlabError
from cnnlab.pictures.picture import MUTED, PALETTE
from cnnlab.pictures.tiles import to_rgb
from cnnlab.widgets.controls import FloatSlider, IntSlider
from cnnlab.widgets.drawing import Drawing
from cnnlab.widgets.shell import Shell

SIDE = 220.0
BINS = 64
ERROR_TIMES = 4  # a faint error would look like none
FEWEST_BITS, MOST_BITS = 1, 8

TRIES = (
    "Go down from 8 bits: at how many do you see a difference, and where in the picture?",
    "At 4 bits, narrow the range: the steps get finer. What happens to the brightest pixels?",
    "Find the range with the smallest error at 3 bits. Is it the whole range?",
)

Parameters = Callable[..., tuple[float, int]]
Quantize = Callable[..., Tensor]


@dataclass(frozen=True)
class Rounding:
    """Numbers before and after they were bytes."""

    before: Tensor
    after: Tensor
    scale: float
    zero_point: int

    @property
    def error(self) -> float:
        """The root of the mean squared difference."""
        return float((self.after - self.before).pow(2).mean().sqrt())

    @property
    def values(self) -> int:
        """How many different numbers are left."""
        return len(self.after.unique())

    @property
    def clipped(self) -> float:
        """The share of the numbers that lay outside of the range by more than half a step."""
        return float(((self.after - self.before).abs() > 0.501 * self.scale).float().mean())


def compute(
    x: Tensor,
    bits: int,
    part: float = 1.0,
    parameters: Parameters = quantization.quantization_parameters,
    quantize: Quantize = quantization.quantize,
    dequantize: Callable[..., Tensor] = quantization.dequantize,
) -> Rounding:
    """`x` as `bits` bits hold it, in the middle `part` of its range."""
    low, high = float(x.min()), float(x.max())
    spare = (1 - part) * (high - low) / 2
    scale, zero_point = parameters(low + spare, high - spare, bits)
    after = dequantize(quantize(x, scale, zero_point, bits), scale, zero_point)
    if not isinstance(after, Tensor) or after.shape != x.shape:
        raise CnnlabError(
            "The functions should give back a tensor of the picture's shape, "
            f"{tuple(x.shape)}. Do they return something?"
        )
    return Rounding(x, after, scale, zero_point)


def render(x: Tensor, bits: int, part: float = 1.0, **functions: Any) -> Drawing:
    """The picture, its error, and a histogram before and after."""
    found = compute(x, bits, part, **functions)
    drawing = Drawing(3 * SIDE + 90, SIDE + 76)
    low, high = float(x.min()), float(x.max())
    span = high - low or 1.0
    shown = to_rgb(((found.after - low) / span).clamp(0, 1))[0]
    words = "1 bit" if bits == 1 else f"{bits} bits"
    drawing.text(10, 24, f"{words}, {found.values} values", bold=True)
    drawing.image(10, 34, SIDE, SIDE, shown)
    left = SIDE + 34
    error = ERROR_TIMES * (found.after - found.before) / (2 * span) + 0.5
    drawing.text(left, 24, f"the error, times {ERROR_TIMES} (grey: none)", bold=True)
    drawing.image(left, 34, SIDE, SIDE, to_rgb(error.clamp(0, 1))[0])
    _histogram(drawing, found, 2 * SIDE + 60)
    told = (
        f"scale {found.scale:.4f}, zero point {found.zero_point}; error "
        f"{found.error / span:.2%} of the range, {found.clipped:.1%} clipped"
    )
    drawing.text(10, SIDE + 62, told, size=12, fill=MUTED)
    drawing.alt = f"A picture at {words}: {found.values} different numbers are left; {told}."
    return drawing


def quantiser(
    x: Tensor,
    parameters: Parameters = quantization.quantization_parameters,
    quantize: Quantize = quantization.quantize,
    dequantize: Callable[..., Tensor] = quantization.dequantize,
) -> Shell:
    """Bits against picture and error: `x` (C, H, W), floats, at the bits and the range you choose.

    The three functions are those of unit 10, such as your own.
    """
    if x.dim() != 3 or not x.is_floating_point():
        raise CnnlabError(
            f"The quantiser takes one picture (C, H, W) of floats, not {x.dtype} of shape "
            f"{tuple(x.shape)}. For bytes from 0 to 255: image.float() / 255."
        )
    controls = {
        "bits": IntSlider(4, FEWEST_BITS, MOST_BITS, description="bits"),
        "part": FloatSlider(1.0, min=0.2, max=1.0, step=0.05, description="part of the range"),
    }
    functions = {"parameters": parameters, "quantize": quantize, "dequantize": dequantize}

    def picture(bits: int, part: float) -> Drawing:
        return render(x, bits, part, **functions)

    shell = Shell(picture, controls, TRIES, rows=[["bits", "part"]])
    shell.show()
    return shell


def _histogram(drawing: Drawing, found: Rounding, left: float) -> None:
    low, high = float(found.before.min()), float(found.before.max())
    drawing.text(left, 24, "numbers before and after", bold=True)
    for row, (values, colour) in enumerate(((found.before, PALETTE[0]), (found.after, PALETTE[1]))):
        counts = torch.histc(values.flatten().clamp(low, high), BINS, low, high)
        heights = (counts / counts.max().clamp(min=1)).sqrt()  # so that rare numbers show
        bottom = 34 + SIDE * (row + 1) / 2 - 4
        for place, height in enumerate(heights.tolist()):
            tall = height * (SIDE / 2 - 12)
            wide = SIDE / BINS
            if tall > 0:
                drawing.rect(left + place * wide, bottom - tall, wide, tall, fill=colour)
        drawing.line([(left, bottom), (left + SIDE, bottom)], MUTED, 1)
