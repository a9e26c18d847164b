"""The card of a pretrained network: what it has learned from, and what images it expects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cnnlab.errors import CnnlabError
from cnnlab.resizing import cut_square, scale_shorter_side


class PretrainedError(CnnlabError):
    """Pretrained weights cannot be had, or are not what they should be."""


@dataclass(frozen=True)
class Card:
    """What a pretrained network expects of its images, and what it has learned from.

    Images are RGB, scaled so that the shorter side has `shorter_side` pixels, cut to the middle
    `image_size`, brought to 0…1, then normalised with `mean` and `std` per channel. `details`
    holds data, recipe and measured accuracy where cnnlab made it, else where the weights are from.
    """

    name: str
    about: str
    limits: str
    image_size: int
    shorter_side: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    class_names: tuple[str, ...]
    details: dict[str, Any]

    def prepare(self, images: Tensor, image_size: int | None = None) -> Tensor:
        """Pictures as the network wants them: bytes (N, 3, H, W) or (3, H, W) to a float batch.

        Grey pictures get three equal channels. With `image_size` the batch is smaller (or larger)
        than the network is used to: quicker, and less sure.

        >>> from cnnlab import data, models
        >>> x = models.card("efficientnet-lite0").prepare(data.photo("cat").image)
        >>> x.shape, x.dtype
        (torch.Size([1, 3, 224, 224]), torch.float32)
        """
        if images.dtype != torch.uint8 or images.dim() not in (3, 4):
            raise CnnlabError(
                f"prepare takes pictures of bytes, uint8 (N, 3, H, W) or (3, H, W), not "
                f"{images.dtype} {tuple(images.shape)}. Pass them as they were loaded, before "
                "any normalisation: data.photos().batch(256), or data.train.images."
            )
        batch = images if images.dim() == 4 else images[None]
        if batch.shape[1] not in (1, 3):
            raise CnnlabError(
                f"prepare takes pictures of 1 or 3 channels in the order (N, C, H, W), but these "
                f"are {tuple(batch.shape)}. For (N, H, W, C), write images.permute(0, 3, 1, 2)."
            )
        side = self.image_size if image_size is None else image_size
        shorter = round(self.shorter_side * side / self.image_size)
        cut = cut_square(scale_shorter_side(batch.expand(-1, 3, -1, -1), shorter), side)
        mean, std = (torch.tensor(v).view(3, 1, 1) for v in (self.mean, self.std))
        return (cut / 255 - mean) / std
