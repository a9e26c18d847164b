"""A right batch norm in steps, from which the wrong ones are made."""

from __future__ import annotations

import torch
from torch import nn

Statistics = tuple[torch.Tensor, torch.Tensor]


class StepwiseNorm(nn.Module):
    """A right batch norm, cut into steps: each mistake takes one of them wrongly."""

    dims: tuple[int, ...] = (0, 2, 3)

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.running_mean: torch.Tensor
        self.running_var: torch.Tensor

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training:
            self.remember(x)
            return self.scaled(self.normalised(x, *self.of_batch(x)))
        return self.scaled(self.normalised(x, *self.remembered()))

    def of_batch(self, x: torch.Tensor) -> Statistics:
        """The mean and the biased variance of the batch, in a shape that broadcasts."""
        return x.mean(self.dims, keepdim=True), x.var(self.dims, unbiased=False, keepdim=True)

    def remembered(self) -> Statistics:
        return self.running_mean.view(1, -1, 1, 1), self.running_var.view(1, -1, 1, 1)

    def to_remember(self, x: torch.Tensor) -> Statistics:
        """The mean and the unbiased variance of the batch, one number for each channel."""
        return x.mean((0, 2, 3)), x.var((0, 2, 3))

    def remember(self, x: torch.Tensor) -> None:
        mean, variance = self.to_remember(x.detach())
        self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
        self.running_var = (1 - self.momentum) * self.running_var + self.momentum * variance

    def normalised(
        self, x: torch.Tensor, mean: torch.Tensor, variance: torch.Tensor
    ) -> torch.Tensor:
        return (x - mean) / torch.sqrt(variance + self.eps)

    def scaled(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)
