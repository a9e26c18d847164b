"""Unit 05: blocks with and without a shortcut, networks of them, and a look at their gradients."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from cnnlab.models import PlainBlock, ResidualBlock, SmallResNet, global_average_pool

__all__ = [
    "PlainBlock",
    "ResidualBlock",
    "SmallResNet",
    "global_average_pool",
    "gradient_norms",
    "zero_init_residual",
]


def gradient_norms(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> dict[str, float]:
    """Norm of the mean cross-entropy's gradient for every weight of two or more dimensions.

    In the order of `named_parameters()`, in the mode that the model is in; `.grad` is not touched.
    """
    weights = {name: p for name, p in model.named_parameters() if p.dim() >= 2}
    loss = F.cross_entropy(model(x), y)
    gradients = torch.autograd.grad(loss, list(weights.values()))
    return {name: g.norm().item() for name, g in zip(weights, gradients, strict=True)}


def zero_init_residual(model: nn.Module) -> None:
    """Start every residual block in `model` as ReLU(shortcut(x)): its correction is nothing yet."""
    for module in model.modules():
        if isinstance(module, ResidualBlock):
            nn.init.zeros_(module.bn2.weight)
