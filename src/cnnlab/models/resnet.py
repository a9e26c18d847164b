"""ResNet for ImageNet (He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015),
Table 1 of the paper, with torchvision's layer names.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from cnnlab.models.blocks import BlockType, Bottleneck, ResidualBlock, make_stage
from cnnlab.models.initialisation import initialise_convolutions


class ResNet(nn.Module):
    """A 7×7 stem, four stages of 64, 128, 256 and 512 channels of width, average, one dense layer.

    >>> from cnnlab.models import count_parameters
    >>> with torch.device("meta"):  # shapes only: no memory, no waiting
    ...     count_parameters(resnet18()), count_parameters(resnet50())
    (11689512, 25557032)
    """

    def __init__(
        self,
        block: BlockType,
        blocks_per_stage: Sequence[int],
        num_classes: int = 1000,
        in_channels: int = 3,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        n1, n2, n3, n4 = blocks_per_stage
        grow = block.expansion
        self.layer1 = make_stage(block, 64, 64, n1, stride=1)
        self.layer2 = make_stage(block, 64 * grow, 128, n2, stride=2)
        self.layer3 = make_stage(block, 128 * grow, 256, n3, stride=2)
        self.layer4 = make_stage(block, 256 * grow, 512, n4, stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * grow, num_classes)
        initialise_convolutions(self)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, C, 224, 224) to logits (N, num_classes); other sides work too."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))  # (N, 64, 56, 56)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)  # (N, 512 or 2048, 7, 7)
        return self.fc(torch.flatten(self.avgpool(x), 1))


def resnet18(num_classes: int = 1000, in_channels: int = 3) -> ResNet:
    """18 layers in two-convolution blocks.

    >>> from cnnlab.models import count_parameters
    >>> with torch.device("meta"):  # shapes without numbers: built at once
    ...     count_parameters(resnet18())
    11689512
    """
    return ResNet(ResidualBlock, (2, 2, 2, 2), num_classes, in_channels)


def resnet34(num_classes: int = 1000, in_channels: int = 3) -> ResNet:
    """34 layers in two-convolution blocks.

    >>> from cnnlab.models import count_parameters
    >>> with torch.device("meta"):  # shapes without numbers: built at once
    ...     count_parameters(resnet34())
    21797672
    """
    return ResNet(ResidualBlock, (3, 4, 6, 3), num_classes, in_channels)


def resnet50(num_classes: int = 1000, in_channels: int = 3) -> ResNet:
    """50 layers in bottleneck blocks.

    >>> from cnnlab.models import count_parameters
    >>> with torch.device("meta"):  # shapes without numbers: built at once
    ...     count_parameters(resnet50())
    25557032
    """
    return ResNet(Bottleneck, (3, 4, 6, 3), num_classes, in_channels)


def resnet101(num_classes: int = 1000, in_channels: int = 3) -> ResNet:
    """101 layers in bottleneck blocks.

    >>> from cnnlab.models import count_parameters
    >>> with torch.device("meta"):  # shapes without numbers: built at once
    ...     count_parameters(resnet101())
    44549160
    """
    return ResNet(Bottleneck, (3, 4, 23, 3), num_classes, in_channels)


def resnet152(num_classes: int = 1000, in_channels: int = 3) -> ResNet:
    """152 layers in bottleneck blocks.

    >>> from cnnlab.models import count_parameters
    >>> with torch.device("meta"):  # shapes without numbers: built at once
    ...     count_parameters(resnet152())
    60192808
    """
    return ResNet(Bottleneck, (3, 8, 36, 3), num_classes, in_channels)
