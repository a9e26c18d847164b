"""MobileNet (Howard and others, 2017), Table 1: a convolution taken apart into one that
looks around in each channel by itself and one that mixes the channels of each pixel.
"""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.models.blocks import conv1x1, conv3x3, global_average_pool
from cnnlab.models.initialisation import initialise_convolutions

# Channels out and stride of each depthwise separable convolution.
LAYERS = (
    *((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)),
    *((512, 1),) * 5,
    *((1024, 2), (1024, 1)),
)


def depthwise3x3(channels: int, stride: int = 1) -> nn.Conv2d:
    """A 3×3 convolution with one kernel for each channel: it mixes none of them."""
    return nn.Conv2d(channels, channels, 3, stride, padding=1, groups=channels, bias=False)


class DepthwiseSeparable(nn.Module):
    """Depthwise 3×3, then pointwise 1×1, each with batch norm and ReLU.

    >>> block = DepthwiseSeparable(64, 128)
    >>> block.depthwise.weight.numel() + block.pointwise.weight.numel()  # 9·64·128 in one piece
    8768
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        self.depthwise = depthwise3x3(in_channels, stride)
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.pointwise = conv1x1(in_channels, out_channels)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C_in, H, W) to (N, C_out, H/stride, W/stride), rounded up."""
        x = self.relu(self.bn1(self.depthwise(x)))
        return self.relu(self.bn2(self.pointwise(x)))


class MobileNet(nn.Module):
    """A stem that halves the side, thirteen separable convolutions, average, one dense layer.

    `width` multiplies the channels of every layer. `stem_stride=1` and the first few of `layers`
    suit small images.

    >>> from cnnlab.models import count_parameters
    >>> with torch.device("meta"):  # shapes only: no memory, no waiting
    ...     count_parameters(MobileNet())
    4231976
    """

    def __init__(
        self,
        num_classes: int = 1000,
        in_channels: int = 3,
        width: float = 1.0,
        layers: tuple[tuple[int, int], ...] = LAYERS,
        stem_stride: int = 2,
    ) -> None:
        super().__init__()
        channels = int(32 * width)
        self.conv1 = conv3x3(in_channels, channels, stem_stride)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)
        self.blocks = nn.Sequential()
        for out_channels, stride in layers:
            out_channels = int(out_channels * width)
            self.blocks.append(DepthwiseSeparable(channels, out_channels, stride))
            channels = out_channels
        self.fc = nn.Linear(channels, num_classes)
        initialise_convolutions(self)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, C, 224, 224) to logits (N, num_classes); other sides work too."""
        x = self.blocks(self.relu(self.bn1(self.conv1(x))))
        return self.fc(global_average_pool(x))


def small_mobilenet(width: float = 1.0, num_classes: int = 10, in_channels: int = 3) -> MobileNet:
    """The stem and the first five separable convolutions, for small images.

    >>> small_mobilenet(width=0.5, in_channels=1)(torch.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    """
    return MobileNet(num_classes, in_channels, width, LAYERS[:5], stem_stride=1)
