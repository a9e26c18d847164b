"""The sliding window: one place of the output, its patch, the products and their sum."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from cnnlab.errors import CnnlabError
from cnnlab.pictures.filters import DIVERGING
from cnnlab.pictures.picture import MUTED, PALETTE
from cnnlab.widgets.controls import IntSlider, Text
from cnnlab.widgets.drawing import Drawing
from cnnlab.widgets.shell import Shell

LARGEST = 16  # pixels a side, so that every number can be read
SIDE = 240.0  # of the drawn image
LUMINANCE = np.array([0.3, 0.59, 0.11])

VERTICAL = torch.tensor([[-1.0, 0.0, 1.0]] * 3)
KERNELS = {"vertical": VERTICAL, "horizontal": VERTICAL.T, "blur": torch.full((3, 3), 1 / 9)}

TRIES = (
    "Move the window along the first row: which pixels do two neighbouring windows share?",
    "Set the stride to 2: how many numbers does the output have now, and why?",
    "Write a kernel of your own, such as 0 0 0; 0 1 0; 0 0 0. What does it do to the image?",
)


@dataclass(frozen=True)
class Step:
    """One place of the output and everything that it is made of."""

    padded: Tensor  # (H + 2p, W + 2p)
    kernel: Tensor
    output: Tensor  # (H', W')
    top: int  # of the window, in the padded image
    left: int
    row: int
    column: int

    @property
    def patch(self) -> Tensor:
        height, width = self.kernel.shape
        return self.padded[self.top : self.top + height, self.left : self.left + width]

    @property
    def products(self) -> Tensor:
        return self.patch * self.kernel

    @property
    def sum(self) -> float:
        return float(self.output[self.row, self.column])


def compute(
    image: Tensor,
    kernel: Tensor,
    stride: int,
    padding: int,
    place: int,
    conv2d: Callable[..., Tensor] = F.conv2d,
) -> Step:
    """The step at the `place`-th number of the output, counted along its rows."""
    if image.ndim != 2 or max(image.shape) > LARGEST:
        raise CnnlabError(
            f"The image has the shape {tuple(image.shape)}. Use one grey image (H, W) of at most "
            f"{LARGEST}×{LARGEST} pixels, such as image[0, ::2, ::2]."
        )
    room = [side + 2 * padding - part for side, part in zip(image.shape, kernel.shape, strict=True)]
    if min(room) < 0:
        raise CnnlabError("The kernel is larger than the padded image. Use more padding.")
    output = conv2d(image[None], kernel[None, None], stride=stride, padding=padding)[0].detach()
    row, column = divmod(min(place, output.numel() - 1), output.shape[1])
    padded = F.pad(image, (padding,) * 4)
    return Step(padded, kernel, output, row * stride, column * stride, row, column)


def render(
    image: Tensor,
    kernel: str | Tensor = "vertical",
    stride: int = 1,
    padding: int = 0,
    place: int = 0,
    conv2d: Callable[..., Tensor] = F.conv2d,
) -> Drawing:
    """The image with its window, the products, and the output so far."""
    step = compute(image, kernel_from(kernel), stride, padding, place, conv2d)
    drawing = Drawing(760, SIDE + 70, alt=_in_words(step))
    cell = SIDE / max(step.padded.shape)
    _grid(drawing, step.padded, 10, 40, cell, "image")
    height, width = step.kernel.shape
    window = (10 + step.left * cell, 40 + step.top * cell, width * cell, height * cell)
    drawing.rect(*window, stroke=PALETTE[1], stroke_width=3)
    _products(drawing, step, 290)
    side = SIDE / max(step.output.shape)
    _grid(drawing, step.output, 510, 40, side, "output")
    place_drawn = (510 + step.column * side, 40 + step.row * side, side, side)
    drawing.rect(*place_drawn, stroke=PALETTE[1], stroke_width=3)
    return drawing


def kernel_from(text: str | Tensor) -> Tensor:
    """A kernel by name, or from rows of numbers such as "1 0 -1; 1 0 -1; 1 0 -1"."""
    if isinstance(text, Tensor):
        return text.float()
    if text.strip() in KERNELS:
        return KERNELS[text.strip()]
    try:
        rows = [
            [float(number) for number in re.split(r"[\s,]+", row.strip())]
            for row in text.split(";")
        ]
        return torch.tensor(rows)
    except ValueError:
        raise CnnlabError(
            f"{text!r} is not a kernel. Write rows of equally many numbers with ; between them, "
            f"such as 1 0 -1; 1 0 -1; 1 0 -1, or one of {', '.join(KERNELS)}."
        ) from None


def sliding_window(image: Tensor, conv2d: Callable[..., Tensor] = F.conv2d) -> Shell:
    """Move a window over `image` (H, W) and watch one number of the output being made.

    `conv2d` is the convolution that computes the output, such as your own.
    """
    places = image.numel() - 1
    controls: dict[str, Any] = {
        "place": IntSlider(0, 0, places, description="window"),
        "kernel": Text("vertical", description="kernel", continuous_update=False),
        "stride": IntSlider(1, 1, 3, description="stride"),
        "padding": IntSlider(0, 0, 2, description="padding"),
    }

    def picture(**values: Any) -> Drawing:
        return render(image, conv2d=conv2d, **values)

    shell = Shell(picture, controls, TRIES, rows=[["place", "kernel"], ["stride", "padding"]])
    shell.show()
    return shell


def _grid(
    drawing: Drawing, values: Tensor, left: float, top: float, cell: float, title: str
) -> None:
    """Numbers as squares, with the number on each where there is room.

    Grey where none is negative; else red is positive, blue negative and white zero.
    """
    rows, columns = values.shape
    drawing.text(left, top - 12, f"{title}, {rows} × {columns}", bold=True)
    low, high = float(values.min()), float(values.max())
    if low < 0:
        largest = max(high, -low)
        shares = (values / largest / 2 + 0.5).clamp(0, 1).numpy()
        pixels = matplotlib.colormaps[DIVERGING](shares)[..., :3]
    else:
        grey = ((values - low) / (high - low or 1)).clamp(0, 1)
        pixels = grey[..., None].expand(-1, -1, 3).numpy()
    bright = pixels @ LUMINANCE
    drawing.image(left, top, columns * cell, rows * cell, pixels)
    drawing.rect(left, top, columns * cell, rows * cell, stroke=MUTED)
    if cell < 21:
        return
    for row in range(rows):
        for column in range(columns):
            ink = "#000000" if bright[row, column] > 0.5 else "#ffffff"
            middle = (left + (column + 0.5) * cell, top + (row + 0.5) * cell + 3)
            drawing.text(
                *middle, _short(float(values[row, column])), size=9, align="center", fill=ink
            )


def _products(drawing: Drawing, step: Step, left: float) -> None:
    """Each weight times the pixel below it, and the sum."""
    drawing.text(left, 28, "pixel × weight", bold=True)
    rows, columns = step.kernel.shape
    cell = min(64.0, 200 / columns, 150 / rows)
    for row in range(rows):
        for column in range(columns):
            x, y = left + column * cell, 40 + row * cell
            product = float(step.products[row, column])
            fill = "#fbe3d6" if product > 0 else "#dcebf7" if product < 0 else "#f4f4f4"
            drawing.rect(x, y, cell, cell, fill=fill, stroke="#ffffff")
            pixel, weight = float(step.patch[row, column]), float(step.kernel[row, column])
            middle = x + cell / 2
            drawing.text(
                middle, y + cell / 2 - 3, f"{_short(pixel)} × {_short(weight)}", 9, "center"
            )
            drawing.text(middle, y + cell / 2 + 11, _signed(product), 10, "center", bold=True)
    below = 40 + rows * cell + 24
    drawing.text(left, below, f"sum {float(step.products.sum()):+.3g}", size=13, bold=True)
    drawing.text(left, below + 20, f"output[{step.row}, {step.column}] = {step.sum:.3g}", size=12)


def _in_words(step: Step) -> str:
    return (
        f"Image of {step.padded.shape[0]} by {step.padded.shape[1]} pixels, padding included; a "
        f"window at row {step.top}, column {step.left}. Its products add up to "
        f"{float(step.products.sum()):.3g}; the output of {step.output.shape[0]} by "
        f"{step.output.shape[1]} has {step.sum:.3g} at row {step.row}, column {step.column}."
    )


def _short(value: float) -> str:
    """As many digits as a small square has room for; nothing is shown as minus zero."""
    text = f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 10 else f"{value:.3g}"
    return "0" if text == "-0" else text


def _signed(value: float) -> str:
    text = _short(value)
    return text if text.startswith("-") or text == "0" else f"+{text}"
