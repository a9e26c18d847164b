"""Residual networks put together with the mistakes learners make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import nn

from cnnlab.check.exercise import Exercise
from cnnlab.reference.resnet import ResidualBlock, global_average_pool


class Network(nn.Module):
    """A small residual network with every choice open; the defaults make the right one.

    `counts` gives the number of blocks of each stage and `strides` the stride of its first block
    from the stage's number; `strides_inside` is the stride of the other blocks.
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
        strides: Callable[[int], int] = lambda number: 1 if number == 0 else 2,
        strides_inside: bool = False,
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
        for number, width in enumerate(widths):
            stride = strides(number)
            blocks.append(block(channels, width, stride))
            rest = counts(blocks_per_stage, number) - 1
            inner_stride = stride if strides_inside else 1
            if shared:
                blocks += [block(width, width, inner_stride)] * rest
            else:
                blocks += [block(width, width, inner_stride) for _ in range(rest)]
            channels = width
        self.blocks = nn.Sequential(*blocks) if registered else blocks
        self.head = nn.Sequential(nn.Linear(channels, num_classes, bias=head_bias), end())
        self.pool = pool

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.head(self.pool(x))


def add_network_mistakes(exercise: Exercise) -> None:
    """Registers the known mistakes of the whole network."""
    rows: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (
            "first_stage_strided",
            "The first stage begins with stride 2 as well. The maps stay at full size there; only "
            "later stages halve them.",
            {"strides": lambda number: 2},
        ),
        (
            "never_strided",
            "The maps never shrink. The first block of every stage but the first has stride 2.",
            {"strides": lambda number: 1},
        ),
        (
            "every_block_strided",
            "Every block of a stage has stride 2. Only the first of a stage halves the maps.",
            {"strides_inside": True},
        ),
        (
            "stem_without_relu",
            "There is no ReLU after the stem's batch norm.",
            {"stem": ("norm",)},
        ),
        (
            "stem_without_norm",
            "There is no batch norm after the stem's convolution.",
            {"stem": ("relu",)},
        ),
        (
            "stem_with_bias",
            "The stem's convolution has a bias. Batch norm follows and brings an offset.",
            {"stem_bias": True},
        ),
        (
            "stem_strided",
            "The stem halves the maps. Here it keeps their size.",
            {"stem_stride": 2},
        ),
        (
            "one_count_for_all_stages",
            "Every stage has as many blocks as the first. `blocks_per_stage` has one number for "
            "each stage.",
            {"counts": lambda blocks, number: blocks[0]},
        ),
        (
            "one_block_too_many",
            "Every stage has one block too many: the first one counts, too.",
            {"counts": lambda blocks, number: blocks[number] + 1},
        ),
        (
            "block_repeated",
            "The blocks of a stage are one and the same block: `[block] * n` lists one object n "
            "times, and so they share their weights. Make a new block for each place.",
            {"shared": True},
        ),
        (
            "maximum_instead_of_average",
            "Your network ends in the largest value of each map. Asked for is the average.",
            {"pool": lambda x: x.amax(dim=(2, 3))},
        ),
        (
            "head_without_bias",
            "The last dense layer has no bias. No batch norm follows it: here the bias stays.",
            {"head_bias": False},
        ),
        (
            "softmax_at_the_end",
            "The network ends in a softmax. It should give logits: the loss holds the softmax.",
            {"end": partial(nn.Softmax, dim=1)},
        ),
        (
            "relu_at_the_end",
            "There is a ReLU after the last dense layer. Logits may be negative.",
            {"end": nn.ReLU},
        ),
        (
            "blocks_not_registered",
            "The network does not know its blocks. Modules kept in a plain Python list are not "
            "found by parameters(): use nn.Sequential or nn.ModuleList.",
            {"registered": False},
        ),
    )
    for mistake, message, choices in rows:
        exercise.mistake(mistake, message)(partial(Network, **choices))

    @exercise.mistake(
        "block_ignored",
        "Your network is made of residual blocks whatever `block` is.",
    )
    def _(blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        return Network(blocks_per_stage, widths, num_classes, in_channels)

    @exercise.mistake(
        "channels_ignored",
        "Your stem always expects three channels. Use `in_channels`.",
    )
    def _(blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        return Network(blocks_per_stage, widths, num_classes, 3, block)

    @exercise.mistake(
        "classes_ignored",
        "Your network always gives ten logits. Use `num_classes`.",
    )
    def _(blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        return Network(blocks_per_stage, widths, 10, in_channels, block)

    @exercise.mistake(
        "three_stages_only",
        "Your network always has three stages. There are as many as `widths` has numbers.",
    )
    def _(blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        return Network(blocks_per_stage[:3], widths[:3], num_classes, in_channels, block)
