"""Everything that random_crop_flip and cutout can make of images, and some of their mistakes.

Each function takes images (N, C, H, W) and a setting, and gives every result, (K, N, C, H, W).
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch.nn import functional as F


def crops(
    x: torch.Tensor, padding: int, mode: str = "constant", flips: tuple[int, ...] = (-1,)
) -> torch.Tensor:
    """Every offset, row by row, with the image as it is; then all of them flipped."""
    height, width = x.shape[2:]
    padded = F.pad(x, (padding,) * 4, mode=mode) if padding else x
    offsets = range(2 * padding + 1)
    plain = [padded[:, :, i : i + height, j : j + width] for i in offsets for j in offsets]
    return torch.stack([*plain, *(crop.flip(flips) for crop in plain)])


def holes(
    x: torch.Tensor, size: int, before: int | None = None, length: int | None = None
) -> torch.Tensor:
    """A square of zeros around every pixel, row by row; it begins `before` pixels ahead of it."""
    height, width = x.shape[2:]
    return _with_holes(x, size, _centres(height, width), before, length, clip=True)


def holes_sliced_from_the_end(x: torch.Tensor, size: int) -> torch.Tensor:
    """Slices with a negative start count from the end, and are empty."""
    height, width = x.shape[2:]
    return _with_holes(x, size, _centres(height, width), clip=False)


def holes_with_sides_exchanged(x: torch.Tensor, size: int) -> torch.Tensor:
    height, width = x.shape[2:]
    return _with_holes(x, size, _centres(width, height), clip=True)


def squares_kept(x: torch.Tensor, size: int) -> torch.Tensor:
    return x - holes(x, size)


def _centres(height: int, width: int) -> Iterator[tuple[int, int]]:
    return ((row, column) for row in range(height) for column in range(width))


def _with_holes(
    x: torch.Tensor,
    size: int,
    centres: Iterator[tuple[int, int]],
    before: int | None = None,
    length: int | None = None,
    clip: bool = True,
) -> torch.Tensor:
    before = size // 2 if before is None else before
    length = size if length is None else length
    results = []
    for row, column in centres:
        top, left = row - before, column - before
        result = x.clone()
        rows = slice(max(0, top) if clip else top, top + length)
        columns = slice(max(0, left) if clip else left, left + length)
        # A stop below 0 would count from the end as well.
        if not clip or (top + length > 0 and left + length > 0):
            result[:, :, rows, columns] = 0
        results.append(result)
    return torch.stack(results)
