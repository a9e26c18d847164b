"""Pictures of what a network looks at: images above, their heat maps below, a row a method."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
import torch.nn.functional as F
from torch import Tensor

from cnnlab.errors import CnnlabError
from cnnlab.pictures.picture import Picture, style
from cnnlab.pictures.squares import Square, laid_over
from cnnlab.pictures.tiles import to_rgb

FINE = 64  # pixels a side
HOTTEST = 0.995  # one speck far above all others would leave the rest dark


def heat_rows(
    images: Tensor,
    maps: Mapping[str, Sequence[Tensor]],
    names: Sequence[str],
    squares: Mapping[str, Square] | None = None,
) -> Picture:
    """Images (N, C, H, W) in colour, and below, for each method, the same in grey under its maps.

    A map may have any size and scale: it's enlarged to the image, and its hottest pixels are full
    heat. `names` stand above the images, the names of the methods beside their rows. `squares` has
    the side and the stride of the squares for each method that gives one number a square.

    >>> import torch
    >>> heat_rows(torch.rand(2, 3, 8, 8), {"saliency": [torch.eye(8)] * 2}, ["cat", "cup"]).alt
    'Images of cat, cup; below, their heat maps by saliency.'
    """
    tiles = to_rgb(images)
    for method, found in maps.items():
        if len(found) != len(tiles):
            raise CnnlabError(
                f"There are {len(tiles)} images, but {len(found)} maps by {method!r}: each image "
                "needs one."
            )
    side = 1.9 if len(tiles) < 4 else 1.45
    with style():
        picture = Picture(side * len(tiles) + 0.3, (side + 0.08) * (1 + len(maps)) + 0.25)
        axes = picture.subplots(1 + len(maps), len(tiles), squeeze=False)
        for ax, tile, name in zip(axes[0], tiles, names, strict=True):
            ax.imshow(tile, interpolation="nearest")
            ax.set_title(name, fontsize=9, loc="center")
        for row, (method, found) in zip(axes[1:], maps.items(), strict=True):
            for ax, tile, heat in zip(row, tiles, found, strict=True):
                square = (squares or {}).get(method)
                ax.imshow(under_heat(tile, heat, square), interpolation="nearest")
            row[0].set_ylabel(textwrap.fill(method, 18), fontsize=8)
        for ax in axes.flat:
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
    shown = [name for name in names if name]
    what = f"Images of {', '.join(shown)}" if shown else f"{len(tiles)} images"
    picture.alt = f"{what}; below, their heat maps by {'; '.join(maps)}."
    return picture


def under_heat(tile: np.ndarray, heat: Tensor, square: Square | None = None) -> np.ndarray:
    """An image (H, W, 3) in grey, coloured where the map is hot."""
    warm = heat.detach().float().cpu().nan_to_num().clamp(min=0)[None, None]
    if warm.shape[-1] > FINE:  # single pixels would be too small to be seen
        warm = F.max_pool2d(warm, 3, stride=1, padding=1)
    if square is None:
        warm = F.interpolate(warm, tile.shape[:2], mode="bilinear", align_corners=False)[0, 0]
    else:
        warm = laid_over(warm[0, 0], square, (tile.shape[0], tile.shape[1]))
    hot = warm.flatten().quantile(HOTTEST).clamp_min(1e-12)
    share = (warm / hot).clamp(max=1).numpy()[..., None]
    colours = matplotlib.colormaps["inferno"](share[..., 0])[..., :3]
    grey = tile.mean(axis=-1, keepdims=True)
    mixed: np.ndarray = ((1 - 0.6 * share) * grey + 0.6 * share * colours).clip(0, 1)
    return mixed


def made_for_channels(
    made: Mapping[str, Sequence[Tensor]], layer: str, channels: Sequence[int]
) -> Picture:
    """Images made for channels of a layer, a row for each way of making them.

    >>> import torch
    >>> made_for_channels({"gradient alone": [torch.randn(3, 8, 8)]}, "layer1", [5]).alt
    'Images made for channel 5 of layer1: gradient alone.'
    """
    with style():
        picture = Picture(1.5 * len(channels) + 0.3, 1.58 * len(made) + 0.25)
        axes = picture.subplots(len(made), len(channels), squeeze=False)
        for row, (way, images) in zip(axes, made.items(), strict=True):
            for ax, image in zip(row, images, strict=True):
                x = image.detach().float().cpu()
                spread = x.abs().quantile(0.98).clamp_min(1e-12)
                ax.imshow((x / spread / 2.2 + 0.5).clamp(0, 1).permute(1, 2, 0).numpy())
                ax.set(xticks=[], yticks=[])
                ax.spines[:].set_visible(False)
            row[0].set_ylabel(textwrap.fill(way, 18), fontsize=8)
        for ax, channel in zip(axes[0], channels, strict=True):
            ax.set_title(f"{layer}, {channel}", fontsize=9, loc="center")
    numbers = ", ".join(map(str, channels))
    many = "s" if len(channels) > 1 else ""
    picture.alt = f"Images made for channel{many} {numbers} of {layer}: {'; '.join(made)}."
    return picture
