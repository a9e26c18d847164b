"""Unit 01: what learners write out by hand, here in the words of torch and of the course."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from cnnlab.anatomy.arithmetic import (
    conv_output_size,
    conv_params,
    linear_params,
    receptive_field,
)
from cnnlab.models.simple import SimpleCNN

__all__ = [
    "SimpleCNN",
    "conv2d",
    "conv_output_size",
    "conv_params",
    "edge_kernels",
    "linear_params",
    "pool2d",
    "receptive_field",
]


def conv2d(
    x: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor | None = None,
    stride: int = 1,
    padding: int = 0,
) -> torch.Tensor:
    """(C_in, H, W) and (C_out, C_in, kH, kW) → (C_out, H_out, W_out)."""
    return F.conv2d(x[None], weight, bias, stride, padding)[0]


def pool2d(
    x: torch.Tensor, kernel: int, stride: int | None = None, mode: str = "max"
) -> torch.Tensor:
    """(C, H, W) → (C, H_out, W_out): the largest or the mean value of each window."""
    if mode == "max":
        return F.max_pool2d(x[None], kernel, stride)[0]
    return F.avg_pool2d(x[None], kernel, stride)[0]


def edge_kernels() -> dict[str, torch.Tensor]:
    """Three 3×3 kernels: "vertical" and "horizontal" answer to their edge, "blur" averages."""
    vertical = torch.tensor([[-1.0, 0.0, 1.0]]).repeat(3, 1)
    return {"vertical": vertical, "horizontal": vertical.T, "blur": torch.full((3, 3), 1 / 9)}
