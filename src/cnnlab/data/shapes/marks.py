"""The planted shortcut: a small coloured square near a corner whose colour encodes a class."""

from __future__ import annotations

import torch
from torch import Tensor

from cnnlab.data.shapes.scene import Dice

# Ten colours that stay apart after noise and colour jitter; class k wears the k-th.
COLOURS = torch.tensor(
    [
        [1.0, 0.0, 0.0],
        [0.0, 1.0, 0.0],
        [0.0, 0.0, 1.0],
        [1.0, 1.0, 0.0],
        [1.0, 0.0, 1.0],
        [0.0, 1.0, 1.0],
        [1.0, 1.0, 1.0],
        [0.0, 0.0, 0.0],
        [1.0, 0.5, 0.0],
        [0.5, 0.5, 0.5],
    ]
)


def plant_marks(pictures: Tensor, told: Tensor, dice: Dice) -> Tensor:
    """Paint a square in the colour of class `told` into each picture; return where, (N, H, W) bool.

    The square covers a sixth of the side, in one of the four corners by chance, far enough from
    the border to survive the usual two-pixel shift.
    """
    n, _, height, width = pictures.shape
    side = max(2, round(height / 6))
    margin = max(1, height // 16)
    corner = dice.choice(4)
    top = torch.where(corner < 2, margin, height - margin - side).view(-1, 1, 1)
    left = torch.where(corner % 2 == 0, margin, width - margin - side).view(-1, 1, 1)
    rows, columns = torch.arange(height).view(1, -1, 1), torch.arange(width).view(1, 1, -1)
    where = (rows >= top) & (rows < top + side) & (columns >= left) & (columns < left + side)
    colour = COLOURS[told].view(n, 3, 1, 1)
    pictures.copy_(torch.where(where.unsqueeze(1), colour, pictures))
    return where
