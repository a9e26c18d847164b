"""EfficientNet-Lite0: a network for photographs that a phone can run.

EfficientNet (Tan and Le, 2019) stacks the inverted residual blocks of MobileNetV2 (Sandler et al.,
2018). The Lite form leaves squeeze-and-excitation out and has ReLU6 for an activation. Stages and
head are called as in a ResNet: `layer1` to `layer7`, and `fc`.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from cnnlab.models.blocks import global_average_pool
from cnnlab.models.initialisation import initialise_convolutions

# Per stage: blocks, kernel, stride of the first block, expansion, channels out.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


class SameConv2d(nn.Conv2d):
    """A convolution padded as TensorFlow does it, where the published weights were learned.

    The output's side is the input's divided by the stride, rounded up. Where an odd number of
    pixels must be added, the odd one goes to the right and the bottom.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        (top, bottom), (left, right) = (
            self._padding(x.shape[axis], self.kernel_size[axis], self.stride[axis])
            for axis in (-2, -1)
        )
        return super().forward(F.pad(x, (left, right, top, bottom)))

    @staticmethod
    def _padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
        positions = -(-size // stride)
        missing = max((positions - 1) * stride + kernel - size, 0)
        return missing // 2, missing - missing // 2


def conv_bn(
    in_channels: int, out_channels: int, kernel: int = 1, stride: int = 1, groups: int = 1
) -> list[nn.Module]:
    """A convolution that keeps the side (divided by its stride), and its batch norm."""
    if stride == 1:
        conv = nn.Conv2d(
            in_channels, out_channels, kernel, padding=kernel // 2, groups=groups, bias=False
        )
    else:
        conv = SameConv2d(in_channels, out_channels, kernel, stride, groups=groups, bias=False)
    # The numbers of the published network; torch's momentum counts what is new, 1 - 0.99.
    return [conv, nn.BatchNorm2d(out_channels, eps=1e-3, momentum=0.01)]


class MBConv(nn.Module):
    """The inverted residual block: widen with 1×1, look around channel by channel, narrow with 1×1.

    A depthwise convolution has one kernel a channel and mixes none, so looking around is cheap even
    where there are many. The shortcut joins the narrow ends, where shapes agree.

    >>> block = MBConv(24, 24)
    >>> block.expand[0].out_channels, block(torch.zeros(1, 24, 8, 8)).shape
    (144, torch.Size([1, 24, 8, 8]))
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel: int = 3,
        stride: int = 1,
        expansion: int = 6,
    ) -> None:
        super().__init__()
        wide = in_channels * expansion
        widen = [] if expansion == 1 else [*conv_bn(in_channels, wide), nn.ReLU6(inplace=True)]
        self.expand = nn.Sequential(*widen)
        self.depthwise = nn.Sequential(
            *conv_bn(wide, wide, kernel, stride, groups=wide), nn.ReLU6(inplace=True)
        )
        self.project = nn.Sequential(*conv_bn(wide, out_channels))
        self.has_shortcut = stride == 1 and in_channels == out_channels

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C_in, H, W) to (N, C_out, H/stride, W/stride), rounded up; no ReLU at the end."""
        out = self.project(self.depthwise(self.expand(x)))
        return x + out if self.has_shortcut else out


class EfficientNetLite(nn.Module):
    """A stem that halves the side, seven stages that divide it by 16, average, one dense layer.

    >>> from cnnlab.models import count_parameters
    >>> with torch.device("meta"):  # shapes only: no memory, no waiting
    ...     count_parameters(efficientnet_lite0())
    4652008
    """

    def __init__(self, num_classes: int = 1000, in_channels: int = 3, dropout: float = 0.2) -> None:
        super().__init__()
        self.conv1, self.bn1 = conv_bn(in_channels, 32, kernel=3, stride=2)
        self.relu = nn.ReLU6(inplace=True)
        channels = 32
        for number, (blocks, kernel, stride, expansion, width) in enumerate(STAGES, start=1):
            first = MBConv(channels, width, kernel, stride, expansion)
            rest = [MBConv(width, width, kernel, 1, expansion) for _ in range(blocks - 1)]
            self.add_module(f"layer{number}", nn.Sequential(first, *rest))
            channels = width
        self.conv2, self.bn2 = conv_bn(channels, 1280)
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(1280, num_classes)
        initialise_convolutions(self)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, C, 224, 224) to logits (N, num_classes); other sides work too."""
        x = self.relu(self.bn1(self.conv1(x)))  # (N, 32, 112, 112)
        for number in range(1, len(STAGES) + 1):
            x = self.get_submodule(f"layer{number}")(x)
        x = self.relu(self.bn2(self.conv2(x)))  # (N, 1280, 7, 7)
        return self.fc(self.dropout(global_average_pool(x)))


def efficientnet_lite0(num_classes: int = 1000, in_channels: int = 3) -> EfficientNetLite:
    """The smallest of the family, untrained; `pretrained("efficientnet-lite0")` has learned.

    >>> [name for name, _ in efficientnet_lite0(num_classes=3).named_children()][3:]
    ['layer1', 'layer2', 'layer3', 'layer4', 'layer5', 'layer6', 'layer7', 'conv2', 'bn2', \
'dropout', 'fc']
    """
    return EfficientNetLite(num_classes, in_channels)
