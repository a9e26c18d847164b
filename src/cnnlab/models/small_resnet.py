"""Residual and plain networks for small images, after section 4.2 of the ResNet paper.

They differ from the paper's CIFAR networks in one point: where shapes change, the shortcut is a
1×1 projection instead of padding with zero channels.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from cnnlab.errors import CnnlabError
from cnnlab.models.blocks import (
    PlainBlock,
    ResidualBlock,
    conv3x3,
    global_average_pool,
    make_stage,
)
from cnnlab.models.initialisation import initialise_convolutions


class SmallResNet(nn.Module):
    """A 3×3 stem, one stage per width, global average pooling, one dense layer.

    Every stage after the first begins with stride 2. The stages are called `layer1`, `layer2`, …
    and the head `fc`. Two convolutions a block, the stem and the head make a depth of
    2·sum(blocks_per_stage) + 2. `stem_stride=2` makes everything four times cheaper.

    >>> model = SmallResNet([2, 2, 2], [16, 32, 64], num_classes=10)
    >>> model.depth
    14
    >>> model(torch.rand(4, 3, 32, 32)).shape
    torch.Size([4, 10])
    """

    def __init__(
        self,
        blocks_per_stage: Sequence[int],
        widths: Sequence[int],
        num_classes: int,
        in_channels: int = 3,
        block: type[PlainBlock] = ResidualBlock,
        stem_stride: int = 1,
    ) -> None:
        super().__init__()
        if not widths or len(blocks_per_stage) != len(widths):
            raise CnnlabError(
                "SmallResNet needs one width per stage: blocks_per_stage has "
                f"{len(blocks_per_stage)} numbers and widths has {len(widths)}."
            )
        self.depth = 2 * sum(blocks_per_stage) + 2
        self.conv1 = conv3x3(in_channels, widths[0], stem_stride)
        self.bn1 = nn.BatchNorm2d(widths[0])
        self.relu = nn.ReLU(inplace=True)
        self.stage_names: list[str] = []
        channels = widths[0]
        for number, (num_blocks, width) in enumerate(
            zip(blocks_per_stage, widths, strict=True), start=1
        ):
            stride = 1 if number == 1 else 2
            stage = make_stage(block, channels, width, num_blocks, stride)
            self.add_module(f"layer{number}", stage)
            self.stage_names.append(f"layer{number}")
            channels = width
        self.fc = nn.Linear(channels, num_classes)
        initialise_convolutions(self)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, C, H, W) of any side to logits (N, num_classes)."""
        x = self.relu(self.bn1(self.conv1(x)))
        for name in self.stage_names:
            x = self.get_submodule(name)(x)
        return self.fc(global_average_pool(x))


def _three_equal_stages(depth: int) -> list[int]:
    blocks, left_over = divmod(depth - 2, 6)
    if blocks < 1 or left_over:
        raise CnnlabError(
            f"A depth of {depth} does not divide into three equal stages of two-convolution "
            "blocks. Use 6n + 2: 8, 14, 20, 26, 32, 44, 56, 110."
        )
    return [blocks] * 3


def small_resnet(
    depth: int = 20, width: int = 16, num_classes: int = 10, in_channels: int = 3
) -> SmallResNet:
    """A residual network of `depth` = 6n + 2 layers and widths `width`, 2·width, 4·width.

    >>> small_resnet(depth=8, width=4)(torch.zeros(2, 3, 32, 32)).shape
    torch.Size([2, 10])
    """
    widths = [width, 2 * width, 4 * width]
    return SmallResNet(_three_equal_stages(depth), widths, num_classes, in_channels, ResidualBlock)


def small_plain(
    depth: int = 20, width: int = 16, num_classes: int = 10, in_channels: int = 3
) -> SmallResNet:
    """The same network without shortcuts, to measure what they are worth.

    >>> small_plain(depth=8, width=4)(torch.zeros(2, 3, 32, 32)).shape
    torch.Size([2, 10])
    """
    widths = [width, 2 * width, 4 * width]
    return SmallResNet(_three_equal_stages(depth), widths, num_classes, in_channels, PlainBlock)
