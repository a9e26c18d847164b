"""A VGG with every choice open, to build those that learners build by mistake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

from cnnlab.models import vgg_block

Config = Sequence[tuple[int, int]]
Size = Callable[[int, int, int], Any]


class OpenVgg(nn.Module):
    """VGG with every choice open.

    `numbers` says from channels, image size and blocks how many numbers reach the dense layers,
    `dense` which layers stand between them and the logits (h hidden, r ReLU).
    """

    def __init__(
        self,
        config: Config,
        num_classes: int,
        in_channels: int = 3,
        image_size: int = 32,
        hidden: int = 128,
        *,
        make_block: Callable[..., nn.Module] = vgg_block,
        chained: bool = True,
        numbers: Size = lambda channels, size, blocks: channels * (size // 2**blocks) ** 2,
        reduce: Callable[[], nn.Module] = nn.Flatten,
        dense: str = "hrhr",
        end: Callable[[], nn.Module] = nn.Identity,
        registered: bool = True,
    ) -> None:
        super().__init__()
        blocks, channels = [], in_channels
        for num_convs, out_channels in config:
            blocks.append(make_block(channels, out_channels, num_convs))
            channels = out_channels if chained else in_channels
        self.blocks: Any = nn.ModuleList(blocks) if registered else blocks
        width = numbers(config[-1][1], image_size, len(config))
        head: list[nn.Module] = [reduce()]
        for part in dense:
            if part == "h":
                head.append(nn.Linear(width, hidden))
                width = hidden
            else:
                head.append(nn.ReLU())
        self.head = nn.Sequential(*head, nn.Linear(width, num_classes), end())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for one in self.blocks:
            x = one(x)
        return self.head(x)
