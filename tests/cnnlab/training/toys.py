"""Tiny data and networks on which training takes milliseconds."""

from __future__ import annotations

import torch
from torch import Tensor, nn

Batches = list[tuple[Tensor, Tensor]]


def toy_batches(count: int = 6, size: int = 16, seed: int = 0, last: int | None = None) -> Batches:
    """Noise images with one of four quarters brighter; the label is which."""
    generator = torch.Generator().manual_seed(seed)
    batches = []
    for index in range(count):
        n = last if last is not None and index == count - 1 else size
        y = torch.randint(0, 4, (n,), generator=generator)
        x = torch.randn(n, 1, 8, 8, generator=generator)
        for image, label in zip(x, y.tolist(), strict=True):
            top, left = label // 2 * 4, label % 2 * 4
            image[0, top : top + 4, left : left + 4] += 1.5
        batches.append((x, y))
    return batches


def toy_net(seed: int = 0, dropout: float = 0.0) -> nn.Sequential:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Dropout(dropout),
            nn.Linear(64, 4),
        )
