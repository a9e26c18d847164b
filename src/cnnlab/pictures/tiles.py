"""Many small images on one canvas: one `imshow`, however many there are."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from cnnlab.errors import CnnlabError
from cnnlab.pictures.picture import INK, PAPER, Picture, style

GAP = 0.08  # between tiles, as a share of a tile
FRAME = 0.8  # grey
LINE = 0.21  # height of a caption, in inches
FINE = 24  # tiles narrower than this are enlarged, so that the gaps stay thin


def to_rgb(images: Tensor) -> np.ndarray:
    """Images as float RGB in [0, 1], (N, H, W, 3).

    Takes (N, C, H, W) or (C, H, W) with one or three channels, or (N, H, W); uint8 from 0 to 255
    or floats. Floats outside [0, 1] (normalised images) are stretched to it together.
    """
    x = torch.as_tensor(images).detach().cpu()
    if x.ndim == 2 or (x.ndim == 3 and x.shape[0] in (1, 3)):
        x = x[None]
    if x.ndim == 3:
        x = x[:, None]
    if x.ndim != 4 or x.shape[1] not in (1, 3) or x.numel() == 0:
        raise CnnlabError(
            f"Images of shape {tuple(images.shape)} cannot be shown. Use (N, C, H, W) or "
            "(C, H, W) with 1 or 3 channels; for the many channels of a layer's output use "
            "feature_maps."
        )
    if x.dtype == torch.uint8:
        x = x.float() / 255
    else:
        x = x.float().nan_to_num()
        low, high = float(x.min()), float(x.max())
        if low < 0 or high > 1:
            x = (x - low) / max(high - low, 1e-12)
    return x.expand(-1, 3, -1, -1).permute(0, 2, 3, 1).numpy()


def draw_tiles(
    tiles: np.ndarray,
    captions: Sequence[str] | None,
    columns: int,
    title: str | None,
    tile_inches: float | None = None,
    framed: bool = False,
) -> Picture:
    """Lay (N, H, W, 3) images out in rows, each with its caption below.

    Tiles that may be white at their border are `framed` in grey, to show where they end.
    """
    enlarge = math.ceil(FINE / tiles.shape[2])
    tiles = tiles.repeat(enlarge, axis=1).repeat(enlarge, axis=2)
    count, height, width, _ = tiles.shape
    columns = max(1, min(columns, count))
    rows = math.ceil(count / columns)
    longest = max((len(text) for text in captions), default=0) if captions else 0
    inches = tile_inches or min(1.9, max(0.75, longest * 0.082))
    gap = max(1, round(GAP * width))
    caption_pixels = math.ceil(LINE / inches * width) if captions else 0
    step_y, step_x = height + gap + caption_pixels, width + gap
    canvas = np.ones((rows * step_y - gap + 1, columns * step_x - gap + 1, 3))
    for index, tile in enumerate(tiles):
        top, left = index // columns * step_y, index % columns * step_x
        if framed:
            canvas[max(0, top - 1) : top + height + 1, max(0, left - 1) : left + width + 1] = FRAME
        canvas[top : top + height, left : left + width] = tile
    scale = inches / width
    with style():
        picture = Picture(
            canvas.shape[1] * scale + 0.1, canvas.shape[0] * scale + (0.35 if title else 0.1)
        )
        axes = picture.add_subplot()
        axes.imshow(canvas, interpolation="nearest", vmin=0, vmax=1)
        axes.set_axis_off()
        axes.set_anchor("W")  # a title may make the picture wider than its tiles
        for index, text in enumerate(captions or ()):
            axes.text(
                index % columns * step_x + (width - 1) / 2,
                index // columns * step_y + height - 0.5 + caption_pixels * 0.12,
                text,
                ha="center",
                va="top",
                fontsize=8,
                color=INK,
                backgroundcolor="none",
            )
        picture.headline(title)
        picture.set_facecolor(PAPER)
    return picture
