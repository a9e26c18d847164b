"""Pictures of what a layer holds: its filters, its feature maps, a kernel with its numbers."""

from __future__ import annotations

import math
from typing import Any

import matplotlib
import numpy as np
import torch
from torch import Tensor

from cnnlab.errors import CnnlabError
from cnnlab.pictures.picture import INK, PAPER, Picture, style
from cnnlab.pictures.tiles import draw_tiles

DIVERGING = "RdBu_r"  # red positive, blue negative, white zero: safe for red-green blindness


def filters(conv_weight: Tensor, columns: int = 8, title: str | None = None) -> Picture:
    """The filters of a convolution, (C_out, C_in, kH, kW), each in a tile of its own.

    Filters over three channels are shown in colour (mid-grey is zero), all others as one tile
    for each output and input channel with red for positive and blue for negative weights.
    All tiles share one scale.

    >>> filters(torch.randn(6, 3, 3, 3)).alt
    '6 filters of 3×3 over 3 input channels, in colour.'
    """
    weight = conv_weight.detach().float().cpu()
    if weight.ndim != 4:
        raise CnnlabError(
            f"A convolution's weight has shape (C_out, C_in, kH, kW), not {tuple(weight.shape)}. "
            "Pass layer.weight of an nn.Conv2d."
        )
    outputs, inputs, height, width = weight.shape
    largest = max(float(weight.abs().max()), 1e-12)
    kind = f"{outputs} filter{'s' if outputs > 1 else ''} of {height}×{width} over {inputs} "
    kind += "input channel"
    kind += "s" if inputs > 1 else ""
    if inputs == 3:
        tiles = (weight / largest / 2 + 0.5).permute(0, 2, 3, 1).numpy()
        picture = draw_tiles(tiles, None, columns, title, tile_inches=0.7, framed=True)
        picture.alt = f"{kind}, in colour."
    else:
        flat = weight.reshape(outputs * inputs, height, width)
        tiles = _coloured(flat.numpy() / largest / 2 + 0.5, DIVERGING)
        across = columns if inputs == 1 else inputs
        inches = 0.7 if inputs == 1 else max(0.12, min(0.5, 7 / inputs))
        picture = draw_tiles(tiles, None, across, title, tile_inches=inches, framed=True)
        rows = "" if inputs == 1 else " One row for each filter, one column for each input channel."
        picture.alt = f"{kind}; red is positive, blue negative.{rows}"
    if title:
        picture.alt = f"{title}. {picture.alt}"
    return picture


def feature_maps(
    maps: Tensor, columns: int = 8, title: str | None = None, shared_scale: bool = False
) -> Picture:
    """The channels of a layer's output for one image, (C, H, W) or (1, C, H, W).

    Bright is high. Each map has its own scale unless `shared_scale`.

    >>> feature_maps(torch.rand(6, 5, 5)).alt
    '6 feature maps of 5×5; bright is high, each map on its own scale.'
    """
    x = maps.detach().float().cpu().nan_to_num()
    if x.ndim == 4 and len(x) == 1:
        x = x[0]
    if x.ndim != 3 or x.numel() == 0:
        raise CnnlabError(
            f"Feature maps of one image have shape (C, H, W), not {tuple(maps.shape)}. "
            "Choose one image of the batch: maps[0]."
        )
    over: Any = None if shared_scale else (1, 2)
    low, high = torch.amin(x, over or (0, 1, 2)), torch.amax(x, over or (0, 1, 2))
    if not shared_scale:
        low, high = low[:, None, None], high[:, None, None]
    scaled = (x - low) / (high - low).clamp_min(1e-12)
    captions = [str(index) for index in range(len(x))]
    picture = draw_tiles(_coloured(scaled.numpy(), "viridis"), captions, columns, title)
    scale = "all on one scale" if shared_scale else "each map on its own scale"
    count, height, width = x.shape
    alt = f"{count} feature map{'s' if count > 1 else ''} of {height}×{width}; "
    picture.alt = (f"{title}. " if title else "") + alt + f"bright is high, {scale}."
    return picture


def kernel_grid(array: Tensor, title: str | None = None, digits: int = 2) -> Picture:
    """A small matrix as a heat map with its numbers written in.

    >>> kernel_grid(torch.tensor([[1.0, 0.0], [0.5, -1.0]])).alt
    '2×2 grid of numbers, row by row: 1, 0; 0.5, -1.'
    """
    values = torch.as_tensor(array).detach().cpu().double().numpy()
    if values.ndim != 2 or values.size == 0 or values.size > 900:
        raise CnnlabError(
            f"kernel_grid shows one small matrix (at most 900 numbers), not shape {values.shape}. "
            "Choose one with indices, such as weight[0, 0]."
        )
    rows, columns = values.shape
    largest = max(float(np.abs(values).max()), 1e-12)
    texts = [[_short(value, digits) for value in row] for row in values]
    cell = max(0.42, 0.095 * max(len(text) for row in texts for text in row))
    with style():
        picture = Picture(columns * cell + 0.15, rows * cell * 0.85 + (0.45 if title else 0.15))
        axes = picture.add_subplot()
        axes.imshow(values, cmap=DIVERGING, vmin=-largest, vmax=largest, aspect=0.85)
        axes.set_anchor("W")
        for row in range(rows):
            for column in range(columns):
                dark = abs(values[row, column]) > 0.62 * largest
                axes.text(
                    column,
                    row,
                    texts[row][column],
                    ha="center",
                    va="center",
                    fontsize=9,
                    color=PAPER if dark else INK,
                )
        axes.set_xticks(np.arange(-0.5, columns), minor=True)
        axes.set_yticks(np.arange(-0.5, rows), minor=True)
        axes.grid(which="minor", color="#bbbbbb", linewidth=0.8)
        axes.tick_params(which="both", length=0, labelbottom=False, labelleft=False)
        axes.spines[:].set_visible(False)  # the grid draws the frame, the same on all four sides
        picture.headline(title)
    alt = f"{rows}×{columns} grid of numbers"
    if values.size <= 81:
        alt += ", row by row: " + "; ".join(", ".join(row) for row in texts)
    picture.alt = (f"{title}. " if title else "") + alt + "."
    return picture


def _short(value: float, digits: int) -> str:
    if not math.isfinite(value):
        return str(value)
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if float(text) == 0 else text


def _coloured(values: np.ndarray, colour_map: str) -> np.ndarray:
    """(N, H, W) in [0, 1] → (N, H, W, 3)."""
    return matplotlib.colormaps[colour_map](values)[..., :3]
