"""Whole numbers in the place of floats: affine bytes, symmetric weights, and their convolution.

The conventions are those of ONNX: a real number is scale · (whole number − zero point), numbers are
rounded half to even, and what is out of range is clipped.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

__all__ = ["dequantize", "int8_conv2d", "quantization_parameters", "quantize", "quantize_weights"]


def quantization_parameters(low: float, high: float, bits: int = 8) -> tuple[float, int]:
    """Scale and zero point that map the range from low to high, widened to hold 0.

    >>> quantization_parameters(-3.0, 12.0, bits=4)
    (1.0, 3)
    """
    low, high = min(low, 0.0), max(high, 0.0)
    levels = 2**bits - 1
    if high == low:
        return 1.0, 0
    scale = (high - low) / levels
    return scale, min(max(round(-low / scale), 0), levels)


def quantize(x: Tensor, scale: float, zero_point: int, bits: int = 8) -> Tensor:
    """Real numbers → uint8 from 0 to 2^bits − 1."""
    return (torch.round(x / scale) + zero_point).clamp(0, 2**bits - 1).to(torch.uint8)


def dequantize(q: Tensor, scale: float, zero_point: int) -> Tensor:
    """uint8 → float32: the real numbers that the bytes stand for."""
    return (q.float() - zero_point) * scale


def quantize_weights(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Weights (C_out, …) → the same as int8, and a scale for each output channel."""
    largest = weight.flatten(1).abs().amax(dim=1)
    scales = torch.where(largest > 0, largest / 127, torch.ones_like(largest))
    per_channel = scales.view(-1, *[1] * (weight.dim() - 1))
    return torch.round(weight / per_channel).clamp(-127, 127).to(torch.int8), scales


def int8_conv2d(
    xq: Tensor,
    x_scale: float,
    x_zero: int,
    wq: Tensor,
    w_scales: Tensor,
    bias: Tensor | None,
    stride: int = 1,
    padding: int = 0,
) -> Tensor:
    """(N, C_in, H, W) of uint8 and (C_out, C_in, k, k) of int8 → (N, C_out, H', W') of float32."""
    padded = F.pad(xq, (padding,) * 4, value=x_zero)
    # In float64 all whole numbers up to 2^53 are exact, and its convolution is a fast one.
    sums = F.conv2d(padded.double() - x_zero, wq.double(), stride=stride)
    y = sums.float() * (x_scale * w_scales).view(-1, 1, 1)
    return y if bias is None else y + bias.view(-1, 1, 1)
