"""Pictures that tell where every pixel of a result comes from, and the transforms put to them."""

from __future__ import annotations

from typing import Any

import torch

from cnnlab.check.compare import Wrong, expect, is_array
from cnnlab.check.draw import Draw
from cnnlab.learner import LearnerCode
from cnnlab.learner.handle import Instance
from cnnlab.learner.problems import Raised

# Brightness of the pictures: far enough from 255 that brighter ones are not cut off.
DARK, BRIGHT = 30, 130
BLOCKS = 3


class Maker:
    """The transform that `name(size, mean, std)` makes. Without settings the defaults decide."""

    def __init__(self, code: LearnerCode, name: str, *settings: Any) -> None:
        self.name = name
        self.size: int = settings[0] if settings else 32
        self._made: Instance = code.create(name, *settings)

    def __call__(self, image: torch.Tensor) -> torch.Tensor:
        """The version of `image` that comes out, if it is float32 and of the right shape."""
        try:
            result = self._made.call("__call__", image)
        except Raised as raised:
            if raised.error_type == "AttributeError" and "NoneType" in raised.detail:
                message = f"`{self.name}` returns None. Is a `return` missing?"
                raise Wrong("returns_none", message) from None
            raise
        what = f"what the transform of `{self.name}` makes of an image"
        shape = (3, self.size, self.size)
        if not is_array(result) or tuple(result.shape) != shape:
            expect(result, torch.zeros(shape), what)
        if result.dtype != torch.float32:
            raise Wrong("wrong_dtype", f"{what} is {result.dtype}, expected torch.float32.")
        return result


def one_colour(draw: Draw) -> torch.Tensor:
    """An image that has the same drawn colour everywhere."""
    colour = torch.tensor(draw.sample(range(30, 226), 3), dtype=torch.uint8).view(3, 1, 1)
    return colour.expand(3, *draw.sample(range(30, 60), 2)).clone()


def landscape(height: int, width: int) -> torch.Tensor:
    """An image whose red grows to the right and green downwards; blue is a chessboard of both ends.

    So red and green tell where a pixel comes from, and blue what became of dark and bright.
    """
    rows, columns = torch.linspace(0, 1, height)[:, None], torch.linspace(0, 1, width)
    dark = ((rows * BLOCKS).long() + (columns * BLOCKS).long()) % 2
    image = torch.stack([columns.expand(height, -1), rows.expand(-1, width), dark.float()])
    return (DARK + (BRIGHT - DARK) * image).round().to(torch.uint8)


def positions(result: torch.Tensor) -> torch.Tensor:
    """Where each pixel comes from, (2, S, S): 0 to 1 to the right and downwards.

    The brightness may have been stretched and shifted, if all channels were alike.
    """
    brightness = result[2].flatten().sort().values
    dark, bright = brightness[len(brightness) // 5], brightness[-len(brightness) // 5]
    contrast = bright - dark
    if contrast.abs() < 1e-6:  # a single block of the chessboard, or nothing at all
        return torch.zeros_like(result[:2])
    return (result[:2] - dark) / contrast
