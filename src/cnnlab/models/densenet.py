"""DenseNet (Huang and others: Densely Connected Convolutional Networks, 2016), Table 1:
every layer of a block reads the maps of all layers before it, and adds a few of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from cnnlab.models.blocks import conv1x1, conv3x3, global_average_pool
from cnnlab.models.initialisation import initialise_convolutions


def dense_layer(in_channels: int, growth: int, bottleneck: int | None = None) -> nn.Sequential:
    """Batch norm, ReLU and a 3×3 convolution to `growth` maps.

    With a `bottleneck`, batch norm, ReLU and a 1×1 convolution to that many maps come before.
    """
    before: list[nn.Module] = []
    if bottleneck is not None:
        before = [nn.BatchNorm2d(in_channels), nn.ReLU(), conv1x1(in_channels, bottleneck)]
        in_channels = bottleneck
    return nn.Sequential(
        *before, nn.BatchNorm2d(in_channels), nn.ReLU(), conv3x3(in_channels, growth)
    )


class DenseBlock(nn.Module):
    """`layers` layers, each of which sees the input and what all layers before it gave.

    Nothing is added up: everything is concatenated, and the next layer may read it unchanged.

    >>> from cnnlab.models import count_parameters
    >>> block = DenseBlock(16, growth=12, layers=4)
    >>> count_parameters(block), block(torch.zeros(1, 16, 8, 8)).shape
    (14960, torch.Size([1, 64, 8, 8]))
    """

    def __init__(
        self, in_channels: int, growth: int, layers: int, bottleneck: int | None = None
    ) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            dense_layer(in_channels + number * growth, growth, bottleneck)
            for number in range(layers)
        )
        self.out_channels = in_channels + layers * growth

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C, H, W) to (N, C + layers·growth, H, W); the first C maps are x."""
        for layer in self.layers:
            x = torch.cat([x, layer(x)], dim=1)
        return x


def transition(in_channels: int) -> nn.Sequential:
    """Between two blocks: half the maps, half the side."""
    return nn.Sequential(
        nn.BatchNorm2d(in_channels),
        nn.ReLU(),
        conv1x1(in_channels, in_channels // 2),
        nn.AvgPool2d(2),
    )


def _blocks(
    channels: int, growth: int, layers_per_block: Sequence[int], bottleneck: int | None
) -> tuple[nn.Sequential, int]:
    """Dense blocks with transitions between them and batch norm and ReLU after; their maps."""
    steps: list[nn.Module] = []
    for layers in layers_per_block:
        if steps:
            steps.append(transition(channels))
            channels //= 2
        block = DenseBlock(channels, growth, layers, bottleneck)
        steps.append(block)
        channels = block.out_channels
    return nn.Sequential(*steps, nn.BatchNorm2d(channels), nn.ReLU()), channels


class DenseNet(nn.Module):
    """A stem, dense blocks with transitions between them, average, one dense layer.

    >>> model = DenseNet(nn.Conv2d(3, 8, 3, padding=1), 8, 4, (2, 2), num_classes=10)
    >>> model.fc.in_features  # 8 and 2·4 maps, half of them, and 2·4 more
    16
    """

    def __init__(
        self,
        stem: nn.Module,
        channels: int,
        growth: int,
        layers_per_block: Sequence[int],
        num_classes: int,
        bottleneck: int | None = None,
    ) -> None:
        super().__init__()
        self.stem = stem
        self.blocks, channels = _blocks(channels, growth, layers_per_block, bottleneck)
        self.fc = nn.Linear(channels, num_classes)
        initialise_convolutions(self)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, C, H, W) of any side to logits (N, num_classes)."""
        return self.fc(global_average_pool(self.blocks(self.stem(x))))


def densenet121(num_classes: int = 1000, in_channels: int = 3) -> DenseNet:
    """121 layers with weights, 32 new maps in each of its 58 dense layers.

    >>> from cnnlab.models import count_parameters
    >>> with torch.device("meta"):  # shapes only: no memory, no waiting
    ...     count_parameters(densenet121())
    7978856
    """
    stem = nn.Sequential(
        nn.Conv2d(in_channels, 64, 7, stride=2, padding=3, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.MaxPool2d(3, stride=2, padding=1),
    )
    return DenseNet(stem, 64, 32, (6, 12, 24, 16), num_classes, bottleneck=128)


def small_densenet(
    growth: int = 12, layers: int = 4, num_classes: int = 10, in_channels: int = 3
) -> DenseNet:
    """Three dense blocks of `layers` layers without bottlenecks, for small images.

    >>> small_densenet(growth=4, layers=2)(torch.zeros(2, 3, 32, 32)).shape
    torch.Size([2, 10])
    """
    channels = 2 * growth
    stem = nn.Conv2d(in_channels, channels, 3, padding=1, bias=False)
    return DenseNet(stem, channels, growth, (layers,) * 3, num_classes)
