"""Scaling pictures and cutting squares out of them, as networks want them."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def scale_shorter_side(images: Tensor, side: int) -> Tensor:
    """Pictures (…, H, W) of bytes, scaled so that the shorter side has `side` pixels.

    >>> scale_shorter_side(torch.zeros(3, 100, 150, dtype=torch.uint8), 50).shape
    torch.Size([3, 50, 75])
    """
    height, width = images.shape[-2:]
    shorter = min(height, width)
    if shorter == side:
        return images
    size = (round(height * side / shorter), round(width * side / shorter))
    flat = images.reshape(-1, 1, height, width).float()
    # Without antialias a smaller picture would be a sample of single pixels.
    scaled = F.interpolate(flat, size, mode="bilinear", align_corners=False, antialias=True)
    return scaled.round().clamp(0, 255).to(torch.uint8).reshape(*images.shape[:-2], *size)


def cut_square(images: Tensor, side: int) -> Tensor:
    """The square in the middle of pictures (…, H, W), both at least `side` long.

    >>> cut_square(torch.arange(12).reshape(3, 4), 1).tolist()
    [[5]]
    """
    height, width = images.shape[-2:]
    top, left = (height - side) // 2, (width - side) // 2
    return images[..., top : top + side, left : left + side]
