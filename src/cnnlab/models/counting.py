"""How many numbers a network learns."""

from __future__ import annotations

from torch import nn


def count_parameters(model: nn.Module, trainable_only: bool = False) -> int:
    """Count the parameters of a model; a parameter that two layers share counts once.

    >>> count_parameters(nn.Conv2d(3, 64, kernel_size=3))
    1792
    """
    return sum(p.numel() for p in model.parameters() if p.requires_grad or not trainable_only)
