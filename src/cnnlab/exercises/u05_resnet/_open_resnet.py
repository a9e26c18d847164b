"""A residual network with every choice open, to build those that learners build by mistake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

from cnnlab.models import ResidualBlock, global_average_pool

Strides = Callable[[int, int, int], int]


class OpenResNet(nn.Module):
    """A small residual network with every choice open; the defaults make the right one.

    `counts` gives the number of blocks of each stage. `strides` gives the stride of a block from
    the number of its stage, its place there, and the number of blocks behind it.
    """

    def __init__(
        self,
        blocks_per_stage: Sequence[int],
        widths: Sequence[int],
        num_classes: int,
        in_channels: int = 3,
        block: Callable[..., nn.Module] = ResidualBlock,
        *,
        stem: Sequence[str] = ("norm", "relu"),
        stem_bias: bool = False,
        stem_stride: int = 1,
        strides: Strides = lambda stage, place, behind: 2 if stage > 0 and place == 0 else 1,
        counts: Callable[[Sequence[int], int], int] = lambda blocks, number: blocks[number],
        shared: bool = False,
        pool: Callable[[torch.Tensor], torch.Tensor] = global_average_pool,
        end: Callable[[], nn.Module] = nn.Identity,
        head_bias: bool = True,
        registered: bool = True,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, stem_stride, 1, bias=stem_bias),
            *(nn.BatchNorm2d(widths[0]) if step == "norm" else nn.ReLU() for step in stem),
        )
        blocks: list[nn.Module] = []
        channels = widths[0]
        for stage, width in enumerate(widths):
            count = counts(blocks_per_stage, stage)
            made: list[nn.Module] = []
            for place in range(count):
                stride = strides(stage, place, count - 1 - place)
                if shared and place > 1:
                    made.append(made[1])
                else:
                    made.append(block(channels, width, stride))
                channels = width
            blocks += made
        self.blocks: Any = nn.Sequential(*blocks) if registered else blocks
        self.head = nn.Sequential(nn.Linear(channels, num_classes, bias=head_bias), end())
        self.pool = pool

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.head(self.pool(x))
