"""MobileNetV2 (Sandler and others, 2018), Table 2: the inverted residual block, which is
narrow at both ends and wide in the middle.
"""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.models.blocks import conv1x1, conv3x3, global_average_pool
from cnnlab.models.initialisation import initialise_convolutions
from cnnlab.models.mobilenet import depthwise3x3

# Per stage: expansion, channels out, blocks, stride of the first block.
STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


class InvertedResidual(nn.Module):
    """Widen with 1×1, look around channel by channel, narrow with 1×1; the narrow end is linear.

    A ReLU takes away half of what it's given, and where there are few channels nothing else holds a
    copy. So there is none after the last convolution. With an expansion of 1 nothing is widened.

    >>> from cnnlab.models import count_parameters
    >>> count_parameters(InvertedResidual(24, 24)), count_parameters(InvertedResidual(24, 32, 2))
    (8832, 10000)
    """

    def __init__(
        self, in_channels: int, out_channels: int, stride: int = 1, expansion: int = 6
    ) -> None:
        super().__init__()
        wide = in_channels * expansion
        self.expand = nn.Sequential()
        if expansion != 1:
            self.expand.extend([conv1x1(in_channels, wide), nn.BatchNorm2d(wide), nn.ReLU6()])
        self.depthwise = nn.Sequential(depthwise3x3(wide, stride), nn.BatchNorm2d(wide), nn.ReLU6())
        self.project = nn.Sequential(conv1x1(wide, out_channels), nn.BatchNorm2d(out_channels))
        self.has_shortcut = stride == 1 and in_channels == out_channels

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C_in, H, W) to (N, C_out, H/stride, W/stride), rounded up."""
        out = self.project(self.depthwise(self.expand(x)))
        return x + out if self.has_shortcut else out


class MobileNetV2(nn.Module):
    """A stem that halves the side, seventeen blocks, a wide 1×1, average, one dense layer.

    >>> from cnnlab.models import count_parameters
    >>> with torch.device("meta"):  # shapes only: no memory, no waiting
    ...     count_parameters(MobileNetV2())
    3504872
    """

    def __init__(self, num_classes: int = 1000, in_channels: int = 3, dropout: float = 0.2) -> None:
        super().__init__()
        self.stem = nn.Sequential(conv3x3(in_channels, 32, 2), nn.BatchNorm2d(32), nn.ReLU6())
        self.blocks = nn.Sequential()
        channels = 32
        for expansion, width, blocks, stride in STAGES:
            for number in range(blocks):
                step = stride if number == 0 else 1
                self.blocks.append(InvertedResidual(channels, width, step, expansion))
                channels = width
        self.last = nn.Sequential(conv1x1(channels, 1280), nn.BatchNorm2d(1280), nn.ReLU6())
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(1280, num_classes)
        initialise_convolutions(self)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, C, 224, 224) to logits (N, num_classes); other sides work too."""
        x = self.last(self.blocks(self.stem(x)))  # (N, 1280, 7, 7)
        return self.fc(self.dropout(global_average_pool(x)))
