"""Squeeze-and-excitation (Hu, Shen, Albanie, Sun and Wu, 2017): each image decides how much each of
its channels counts.
"""

from __future__ import annotations

import torch
from torch import nn


class SqueezeExcite(nn.Module):
    """Average every map, look at all averages with two 1×1 convolutions, and scale every map.

    >>> from cnnlab.models import count_parameters
    >>> count_parameters(SqueezeExcite(64))
    2128
    >>> SqueezeExcite(64)(torch.zeros(2, 64, 5, 7)).shape
    torch.Size([2, 64, 5, 7])
    """

    def __init__(self, channels: int, reduction: int = 4) -> None:
        super().__init__()
        few = max(1, channels // reduction)
        self.squeeze = nn.Conv2d(channels, few, 1)
        self.excite = nn.Conv2d(few, channels, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C, H, W) to the same shape."""
        weights = self.squeeze(x.mean(dim=(2, 3), keepdim=True)).relu()  # (N, C / reduction, 1, 1)
        return x * self.excite(weights).sigmoid()
