"""Clothes of Fashion-MNIST as a customer might send them: anywhere in the picture, in any colour.

The garments are real, the backgrounds are drawn. In Fashion-MNIST each garment is centred and
upright on black, so that single pixels say a lot. Here they say next to nothing.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from cnnlab.data.split import Split

SIDE = 32  # of the pictures
SMALLEST, LARGEST = 18.0, 28.0  # sides of a garment's own square
PATCHES = 4  # a background has about so many patches from side to side
NOISE = 0.03


def put_anywhere(part: Split, seed: int) -> Split:
    """Grey garments (N, 1, H, W), each once, as colour pictures (N, 3, 32, 32), labels as before.

    Place, size, colours and background are drawn from the seed, and half of them are mirrored.

    >>> from cnnlab.data import Split
    >>> put_anywhere(Split(torch.zeros(4, 1, 28, 28).byte(), torch.arange(4)), seed=0)
    Split(4 images 3×32×32)
    """
    generator = torch.Generator().manual_seed(seed)
    garments = _placed(part.images.float() / 255, generator)
    covered = (6 * garments).clamp(max=1)  # black is where no garment is
    one, other, cloth = (torch.rand(len(part), 3, 1, 1, generator=generator) for _ in range(3))
    blend = _patches(len(part), generator)
    background = blend * one + (1 - blend) * other
    pictures = covered * cloth * (0.4 + 0.6 * garments) + (1 - covered) * background
    pictures = pictures + NOISE * torch.randn(pictures.shape, generator=generator)
    return Split((255 * pictures.clamp(0, 1)).byte(), part.labels)


def _placed(garments: Tensor, generator: torch.Generator) -> Tensor:
    """Each garment at a size and place of its own, the whole of it inside the picture."""
    count = len(garments)
    shrunk = SIDE / (SMALLEST + (LARGEST - SMALLEST) * torch.rand(count, generator=generator))
    moved = (2 * torch.rand(2, count, generator=generator) - 1) * (shrunk - 1)
    mirrored = torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0)
    where = torch.zeros(count, 2, 3)
    where[:, 0, 0], where[:, 0, 2] = shrunk * mirrored, moved[0]
    where[:, 1, 1], where[:, 1, 2] = shrunk, moved[1]
    grid = F.affine_grid(where, [count, 1, SIDE, SIDE], align_corners=False)
    return F.grid_sample(garments, grid, align_corners=False)


def _patches(count: int, generator: torch.Generator) -> Tensor:
    """Soft patches from 0 to 1, (N, 1, 32, 32)."""
    coarse = torch.rand(count, 1, PATCHES, PATCHES, generator=generator)
    fine = F.interpolate(coarse, size=SIDE, mode="bicubic", align_corners=False)
    return (2 * fine - 0.5).clamp(0, 1)
