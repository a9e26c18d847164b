"""A map with one number for each square of an image, laid over the image where the squares were."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

Square = tuple[int, int]  # its side, and how far one is from the next


def laid_over(heat: Tensor, square: Square, shape: tuple[int, int]) -> Tensor:
    """The map (h, w), enlarged to `shape` so that each number lies in the middle of its square.

    Stretching the map over the whole image would move them: the first square of side 8 has its
    middle 4 pixels from the edge, however many squares there are.

    >>> laid_over(torch.tensor([[0.0, 1.0], [0.0, 1.0]]), (2, 2), (4, 4))[0]
    tensor([0.0000, 0.2500, 0.7500, 1.0000])
    """
    size, stride = square
    rows, columns = (
        (torch.arange(pixels) + 0.5 - size / 2) / stride * 2 / max(squares - 1, 1) - 1
        for pixels, squares in zip(shape, heat.shape, strict=True)
    )
    across, down = torch.meshgrid(columns, rows, indexing="xy")
    where = torch.stack([across, down], dim=-1)[None]
    laid = F.grid_sample(heat[None, None], where, padding_mode="border", align_corners=True)
    return laid[0, 0]
