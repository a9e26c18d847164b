"""The two-convolution block, plain and with a shortcut, and the bottleneck (He, Zhang, Ren, Sun:
Deep Residual Learning for Image Recognition, 2015).

Layer names follow torchvision, which calls the shortcut `downsample`; so weights can be exchanged.
"""

from __future__ import annotations

import torch
from torch import nn


def conv3x3(in_channels: int, out_channels: int, stride: int = 1) -> nn.Conv2d:
    """A 3×3 convolution that keeps the side (divided by its stride); batch norm brings the bias."""
    return nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False)


def conv1x1(in_channels: int, out_channels: int, stride: int = 1) -> nn.Conv2d:
    """A 1×1 convolution: mixes channels, sees one pixel."""
    return nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False)


def shortcut(in_channels: int, out_channels: int, stride: int) -> nn.Module:
    """Return the identity where shapes agree, else the 1×1 projection that makes them agree."""
    if stride == 1 and in_channels == out_channels:
        return nn.Identity()
    return nn.Sequential(conv1x1(in_channels, out_channels, stride), nn.BatchNorm2d(out_channels))


class PlainBlock(nn.Module):
    """Convolution, batch norm, ReLU, twice: the block that deep plain networks fail with."""

    expansion = 1  # channels out per channel of width

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = conv3x3(in_channels, out_channels, stride)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = conv3x3(out_channels, out_channels)
        self.bn2 = nn.BatchNorm2d(out_channels)

    def residual(self, x: torch.Tensor) -> torch.Tensor:
        """Everything before the last ReLU: the F(x) of the paper."""
        x = self.relu(self.bn1(self.conv1(x)))
        return self.bn2(self.conv2(x))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C_in, H, W) to (N, C_out, H/stride, W/stride)."""
        return self.relu(self.residual(x))


class ResidualBlock(PlainBlock):
    """The same two convolutions, learning a correction that is added to the input.

    >>> block = ResidualBlock(16, 16)
    >>> _ = nn.init.zeros_(block.bn2.weight)  # a correction of nothing …
    >>> x = torch.rand(2, 16, 5, 7)
    >>> torch.equal(block(x), x)  # … leaves a non-negative input as it is
    True
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__(in_channels, out_channels, stride)
        self.downsample = shortcut(in_channels, out_channels, stride)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C_in, H, W) to (N, C_out, H/stride, W/stride); the ReLU follows the addition."""
        return self.relu(self.residual(x) + self.downsample(x))


class Bottleneck(nn.Module):
    """Squeeze to `width` channels, look around with 3×3, widen again: for 50 layers and more.

    The output has four times `width` channels. The stride sits in the 3×3 convolution, as in
    today's implementations; the paper had it in the first 1×1.
    """

    expansion = 4

    def __init__(self, in_channels: int, width: int, stride: int = 1) -> None:
        super().__init__()
        out_channels = width * self.expansion
        self.conv1 = conv1x1(in_channels, width)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = conv3x3(width, width, stride)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = conv1x1(width, out_channels)
        self.bn3 = nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = shortcut(in_channels, out_channels, stride)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C_in, H, W) to (N, 4·width, H/stride, W/stride)."""
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        return self.relu(out + self.downsample(x))


BlockType = type[PlainBlock] | type[Bottleneck]


def make_stage(
    block: BlockType, in_channels: int, width: int, num_blocks: int, stride: int
) -> nn.Sequential:
    """Stack blocks of one width; only the first changes the shape.

    A block of somebody's own need not know about expansion: it gives as many channels as asked.
    """
    out_channels = width * getattr(block, "expansion", 1)
    rest = [block(out_channels, width) for _ in range(num_blocks - 1)]
    return nn.Sequential(block(in_channels, width, stride), *rest)


def global_average_pool(x: torch.Tensor) -> torch.Tensor:
    """Average every map to one number: (N, C, H, W) to (N, C).

    >>> global_average_pool(torch.ones(2, 5, 4, 4)).shape
    torch.Size([2, 5])
    """
    return x.mean(dim=(2, 3))
