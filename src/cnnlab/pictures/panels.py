"""Small matrices, maps and colour images side by side, with their numbers or a frame."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from torch import Tensor

from cnnlab.pictures.filters import DIVERGING
from cnnlab.pictures.picture import Picture, style

FRAME = "#E69F00"

Box = tuple[int, int, int]
"""A square part of a panel: its first row, its first column, its side."""


def panels(
    named: Mapping[str, Tensor],
    alt: str,
    *,
    boxes: Mapping[str, Box] | None = None,
    signed: Collection[str] = (),
    numbers: bool = True,
    height: float = 2.0,
) -> Picture:
    """Matrices (H, W) or colour images (H, W, 3) side by side; `boxes` frames a part of some.

    A matrix with negative numbers, or one that is `signed`, is red where positive and blue where
    negative. Any other one is grey: black is 0, white the largest number.

    >>> import torch
    >>> panels({"kernel": torch.eye(2)}, "A 2×2 kernel.").alt
    'A 2×2 kernel.'
    """
    widths = [panel.shape[1] / panel.shape[0] for panel in named.values()]
    with style():
        picture = Picture(height * sum(widths) + 0.2 * len(named), height + 0.45)
        grid = picture.subplots(1, len(named), squeeze=False, gridspec_kw={"width_ratios": widths})[
            0
        ]
        for axes, (name, panel) in zip(grid, named.items(), strict=True):
            values = panel.detach().cpu().numpy()
            dark = _paint(axes, values, name in signed)
            axes.set_title(name, fontsize=10, loc="left")
            axes.set(xticks=[], yticks=[])
            if numbers and values.ndim == 2:
                for (row, column), value in np.ndenumerate(values):
                    shade = "white" if dark[row, column] else "black"
                    text = f"{value:g}"
                    axes.text(column, row, text, ha="center", va="center", fontsize=9, color=shade)
            if boxes and name in boxes:
                top, left, side = boxes[name]
                corner = (left - 0.5, top - 0.5)
                axes.add_patch(Rectangle(corner, side, side, fill=False, lw=3, edgecolor=FRAME))
    picture.alt = alt
    return picture


def _paint(axes: Axes, values: np.ndarray, signed: bool) -> np.ndarray:
    """Draws one panel; returns where it is so dark that a number has to be white."""
    if values.ndim == 3:
        axes.imshow(values.clip(0, 1))
        return np.zeros(values.shape[:2], dtype=bool)
    largest = float(np.abs(values).max()) or 1.0
    dark: np.ndarray
    if signed or values.min() < 0:
        axes.imshow(values, cmap=DIVERGING, vmin=-largest, vmax=largest)
        dark = np.abs(values) > 0.62 * largest
    else:
        axes.imshow(values, cmap="gray", vmin=0, vmax=largest)
        dark = values < 0.45 * largest
    return dark
