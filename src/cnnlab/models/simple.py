"""Two first networks: a small CNN, and a dense network of the same size to measure it against."""

from __future__ import annotations

import torch
from torch import nn


class SimpleCNN(nn.Module):
    """Three rounds of convolve, ReLU, halve; then two dense layers that read the result.

    Channels grow 3 → 32 → 64 → 128 while the side shrinks 32 → 16 → 8 → 4.

    >>> from cnnlab.models import count_parameters
    >>> count_parameters(SimpleCNN())
    1147466
    """

    def __init__(self, num_classes: int = 10, in_channels: int = 3, image_size: int = 32) -> None:
        super().__init__()
        side = image_size // 8  # three poolings, each halves the side
        self.features = nn.Sequential(
            nn.Conv2d(in_channels, 32, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 64, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(64, 128, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(128 * side * side, 512),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(512, num_classes),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, C, H, W) to logits (N, num_classes)."""
        return self.classifier(self.features(x))


def matched_mlp(budget: int, n_in: int, n_out: int) -> nn.Sequential:
    """Return flatten, linear, ReLU, linear with the parameter count nearest to `budget`.

    A hidden unit costs `n_in` weights, `n_out` weights and one bias; there is at least one unit.

    >>> from cnnlab.models import count_parameters
    >>> count_parameters(matched_mlp(61_706, n_in=784, n_out=10))
    62020
    """
    cost_per_unit = n_in + n_out + 1
    hidden = max(1, round((budget - n_out) / cost_per_unit))
    return nn.Sequential(nn.Flatten(), nn.Linear(n_in, hidden), nn.ReLU(), nn.Linear(hidden, n_out))
