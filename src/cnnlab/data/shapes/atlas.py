"""All silhouettes of a family stacked into one tall image, so that one call reads any of them."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from cnnlab.data.shapes.distance import CELLS, REACH, Field


class Atlas:
    """Silhouettes of `classes` classes with `variants` forms each.

    `read(index, x, y)` gives the signed distance at the points (x, y) of silhouette `index`, where
    `index = class * variants + variant`.
    """

    def __init__(self, groups: list[list[Field]]) -> None:
        self.classes = len(groups)
        self.variants = len(groups[0])
        if any(len(group) != self.variants for group in groups):
            raise ValueError("every class of an atlas needs the same number of variants")
        stacked = np.stack([field for group in groups for field in group]).astype(np.float32)
        self.count = len(stacked)
        # Far from an edge the exact distance does not matter; clipping keeps the numbers small.
        self._strip = torch.from_numpy(np.clip(stacked, -1, 1)).reshape(1, 1, -1, CELLS)

    def read(self, index: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """`index` (N,), `x` and `y` (N, H, W) in silhouette units -> distances (N, H, W)."""
        n, height, width = x.shape
        # Half a cell inside the border, so that no point reads from a neighbour in the strip.
        # (To the left and right there is no neighbour; padding_mode takes care of x.)
        edge = REACH * (1 - 1 / CELLS)
        # In the strip, silhouette k owns the k-th of `count` equal slices of [-1, 1].
        slice_centre = ((index * 2 + 1) / self.count - 1).view(n, 1, 1)
        grid = torch.empty(n, height, width, 2)
        grid[..., 0] = x / REACH
        grid[..., 1] = y.clamp(-edge, edge).mul_(1 / (REACH * self.count)).add_(slice_centre)
        return F.grid_sample(
            self._strip,
            grid.view(1, n * height, width, 2),
            mode="bilinear",
            padding_mode="border",
            align_corners=False,
        ).view(n, height, width)
