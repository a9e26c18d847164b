"""Pictures of images: grids, and heat laid over an image."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from cnnlab.errors import CnnlabError
from cnnlab.pictures.picture import Picture, style
from cnnlab.pictures.tiles import draw_tiles, to_rgb


def image_grid(
    images: Tensor,
    labels: Sequence[Any] | Tensor | None = None,
    names: Sequence[str] | None = None,
    columns: int = 8,
    title: str | None = None,
) -> Picture:
    """Images in rows, each with its label below; `names[label]` where names are given.

    >>> from cnnlab.pictures import describe
    >>> picture = image_grid(torch.rand(4, 3, 8, 8), labels=[0, 1, 1, 0], names=["cat", "dog"])
    >>> describe(picture)
    'Grid of 4 images of 8×8 pixels: cat (2), dog (2).'
    """
    tiles = to_rgb(images)
    captions = None
    if labels is not None:
        plain = labels.tolist() if isinstance(labels, Tensor) else list(labels)
        captions = _captions(plain, names, len(tiles))
    picture = draw_tiles(tiles, captions, columns, title)
    count, height, width, _ = tiles.shape
    alt = f"Grid of {count} image{'s' if count > 1 else ''} of {height}×{width} pixels"
    if captions:
        alt += ": " + ", ".join(f"{name} ({n})" for name, n in Counter(captions).most_common(12))
    picture.alt = (f"{title}. " if title else "") + alt + "."
    return picture


def _captions(labels: list[Any], names: Sequence[str] | None, count: int) -> list[str]:
    if len(labels) != count:
        raise CnnlabError(
            f"There are {count} images but {len(labels)} labels; each image needs one. Cut both "
            "alike, as in image_grid(images[:16], labels[:16])."
        )
    if names is None:
        return [str(label) for label in labels]
    outside = [label for label in labels if not 0 <= int(label) < len(names)]
    if outside:
        raise CnnlabError(
            f"There is no name for the label {outside[0]}: {len(names)} names are for the labels "
            f"0 to {len(names) - 1}. Pass the names of all classes, such as data.class_names."
        )
    return [names[int(label)] for label in labels]


def heatmap_overlay(
    image: Tensor, heat: Tensor, title: str | None = None, strength: float = 0.6
) -> Picture:
    """An image (C, H, W) beside the same image under its heat map (H', W'), scaled to its size.

    >>> picture = heatmap_overlay(torch.rand(3, 8, 8), torch.eye(4))
    >>> picture.alt
    'Image beside the same image under a heat map. The heat is highest in the top left.'
    """
    base = to_rgb(image[None])[0]
    size = base.shape[:2]
    warm = torch.as_tensor(heat).detach().float().cpu().nan_to_num()
    warm = F.interpolate(warm[None, None], size, mode="bilinear", align_corners=False)[0, 0]
    span = float(warm.max() - warm.min())
    scaled = ((warm - warm.min()) / span if span > 0 else torch.zeros_like(warm)).numpy()
    colours = matplotlib.colormaps["inferno"](scaled)[..., :3]
    # Cold places keep the image's own colours: the heat hides only what it points at.
    weight = strength * scaled[..., None]
    mixed = (1 - weight) * base.mean(-1, keepdims=True) + weight * colours
    with style():
        picture = Picture(5.6, 2.7 if title else 2.4)
        left, right = picture.subplots(1, 2)
        left.imshow(base, interpolation="nearest")
        right.imshow(mixed.clip(0, 1), interpolation="nearest")
        for axes in (left, right):
            axes.set_axis_off()
        key = matplotlib.cm.ScalarMappable(matplotlib.colors.Normalize(0, 1), "inferno")
        bar = picture.colorbar(key, ax=right, ticks=[0, 1], fraction=0.05)
        bar.ax.set_yticklabels(["low", "high"])
        picture.headline(title)
    alt = "Image beside the same image under a heat map. "
    picture.alt = (f"{title}. " if title else "") + alt + _place_of_maximum(scaled, span)
    return picture


def _place_of_maximum(heat: np.ndarray, span: float) -> str:
    if span <= 0:
        return "The heat is the same everywhere."
    row, column = np.unravel_index(int(heat.argmax()), heat.shape)
    vertical = ("top", "middle", "bottom")[int(row * 3 // heat.shape[0])]
    horizontal = ("left", "centre", "right")[int(column * 3 // heat.shape[1])]
    return f"The heat is highest in the {vertical} {horizontal}."
