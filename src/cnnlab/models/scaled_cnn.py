"""A plain network whose depth and width are two numbers, for studying budgets."""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.models.blocks import global_average_pool
from cnnlab.models.initialisation import initialise_convolutions

STAGES = 3


class ScaledCNN(nn.Module):
    """Three stages of `depth` 3×3 convolutions with batch norm and ReLU, then one dense layer.

    Each stage begins with stride 2 and has `growth` times the channels of the one before; the
    first has `width`. Images may have any side.

    >>> model = ScaledCNN(depth=1, width=8)
    >>> [m.out_channels for m in model.features if isinstance(m, nn.Conv2d)]
    [8, 16, 32]
    >>> model(torch.rand(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    """

    def __init__(
        self,
        depth: int = 1,
        width: int = 8,
        growth: float = 2.0,
        num_classes: int = 10,
        in_channels: int = 1,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = in_channels
        for stage in range(STAGES):
            wide = max(1, round(width * growth**stage))
            for number in range(depth):
                stride = 2 if number == 0 else 1
                layers += [
                    nn.Conv2d(channels, wide, 3, stride, padding=1, bias=False),
                    nn.BatchNorm2d(wide),
                    nn.ReLU(),
                ]
                channels = wide
        self.features = nn.Sequential(*layers)
        self.fc = nn.Linear(channels, num_classes)
        initialise_convolutions(self)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, C, H, W) to logits (N, num_classes)."""
        return self.fc(global_average_pool(self.features(x)))
