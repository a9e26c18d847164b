"""What several layers of one network make of a photograph, a row for each layer."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from cnnlab.pictures.images import to_rgb
from cnnlab.pictures.picture import Picture
from cnnlab.pictures.tiles import draw_tiles

SIDE = 96  # pixels of a tile


def depths(
    photo: Tensor, maps: Mapping[str, Tensor], count: int = 6, title: str | None = None
) -> Picture:
    """The photograph (3, H, W), and beside it the `count` maps of each layer that vary most.

    `maps` holds what each layer gives for the photograph, (C, H, W). Bright is high, each map on
    its own scale; below it stands the number of its channel.

    >>> depths(torch.rand(3, 8, 8), {"first": torch.rand(9, 4, 4)}, count=2).alt
    'The 2 maps that vary most in each layer, for one photograph: first (4×4).'
    """
    tiles: list[np.ndarray] = []
    captions: list[str] = []
    for name, layer in maps.items():
        chosen = layer.flatten(1).std(dim=1).argsort(descending=True)[:count]
        tiles.append(_tiles(torch.from_numpy(to_rgb(photo)).permute(0, 3, 1, 2)))
        captions.append(name)
        for channel in chosen.tolist():
            tiles.append(_coloured(layer[channel]))
            captions.append(str(channel))
    picture = draw_tiles(np.concatenate(tiles), captions, count + 1, title)
    told = ", ".join(f"{name} ({layer.shape[1]}×{layer.shape[2]})" for name, layer in maps.items())
    alt = f"The {count} maps that vary most in each layer, for one photograph: {told}."
    picture.alt = (f"{title}. " if title else "") + alt
    return picture


def _coloured(values: Tensor) -> np.ndarray:
    """One map as a tile, dark where it is lowest."""
    values = values.detach().float().cpu()
    low, high = values.min(), values.max()
    scaled = (values - low) / (high - low).clamp_min(1e-12)
    rgb = matplotlib.colormaps["viridis"](scaled.numpy())[..., :3]
    return _tiles(torch.from_numpy(rgb).permute(2, 0, 1)[None])


def _tiles(images: Tensor) -> np.ndarray:
    """(N, 3, H, W) → (N, SIDE, SIDE, 3); cells stay visible, so that sizes can be compared."""
    return F.interpolate(images.float(), (SIDE, SIDE)).permute(0, 2, 3, 1).numpy()
