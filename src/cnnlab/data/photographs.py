"""A few real photographs that come with the package, each with its author and its licence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cnnlab.data.credits import FOLDER, credits
from cnnlab.data.errors import DataError
from cnnlab.errors import UnknownNameError
from cnnlab.resizing import cut_square, scale_shorter_side

SIDE = 256  # pixels of the shorter side, as stored


@dataclass(frozen=True, eq=False)
class Photo:
    """One photograph: `image` is uint8 (3, H, W), the shorter side 256 pixels long."""

    name: str
    title: str
    author: str
    licence: str
    source: str
    image: Tensor

    @property
    def credit(self) -> str:
        """What to write beside it.

        >>> photo("cat").credit
        'Chelsea the cat. Photo: Stéfan van der Walt, CC0 1.0'
        """
        return f"{self.title}. Photo: {self.author}, {self.licence}"

    def square(self, side: int = SIDE) -> Tensor:
        """The square in the middle, scaled to (3, side, side).

        >>> photo("coffee").square(96).shape
        torch.Size([3, 96, 96])
        """
        return cut_square(scale_shorter_side(self.image, _checked(side)), side)

    def __repr__(self) -> str:
        size = "×".join(str(s) for s in self.image.shape)
        return f"{self.name}: {size}. {self.credit}"


class Photos(dict[str, Photo]):
    """Photographs by name, in the order asked for."""

    def batch(self, side: int = SIDE) -> Tensor:
        """Squares of all of them, uint8 (N, 3, side, side).

        >>> photos("cat", "rocket").batch(64).shape
        torch.Size([2, 3, 64, 64])
        """
        return torch.stack([photo.square(side) for photo in self.values()])

    def __repr__(self) -> str:
        width = max(map(len, self), default=0)
        return "\n".join(f"{name:<{width}}  {photo.credit}" for name, photo in self.items())


def photos(*names: str) -> Photos:
    """The photographs of these names; all of them without any.

    >>> photos("cat", "rocket")
    cat     Chelsea the cat. Photo: Stéfan van der Walt, CC0 1.0
    rocket  A Falcon 9 with the satellite DSCOVR before its launch. Photo: SpaceX, CC0 1.0
    >>> photos()["cat"].image.shape
    torch.Size([3, 256, 385])
    """
    return Photos((name, photo(name)) for name in _known(names or credits()))


def photo(name: str) -> Photo:
    """One photograph by its name.

    >>> photo("temple").title
    'A temple above a lake in China'
    """
    from PIL import Image

    _known([name])
    file = FOLDER / f"{name}.jpg"
    try:
        with Image.open(file) as opened:
            pixels = np.array(opened.convert("RGB"))
    except OSError as error:
        raise DataError(
            f"The photograph {name!r} should lie in {file}, but that file is missing or damaged "
            f"({error}). Type: pip install --force-reinstall cnnlab"
        ) from error
    return Photo(name=name, image=torch.from_numpy(pixels).permute(2, 0, 1), **credits()[name])


def _known(names: Iterable[str]) -> Iterable[str]:
    for name in names:
        if name not in credits():
            raise UnknownNameError("photograph", str(name), list(credits()))
    return names


def _checked(side: int) -> int:
    if side < 1:
        raise DataError(f"side={side}: the side of a picture is at least 1 pixel.")
    return side
