"""The network that designs of explanations look into, and the pictures they are asked about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

DATA = "shapes10_offcentre"
CLASSES = 10
WEIGHTS = Path(__file__).parent / "looked_into.safetensors"


def _convolution(n_in: int, n_out: int, stride: int = 1) -> list[tuple[Any, ...]]:
    return [("Conv2d", n_in, n_out, 3, stride, 1), ("BatchNorm2d", n_out), ("ReLU",)]


# 32×32 pixels become 16×16 places, and then 8×8.
LAYERS: tuple[tuple[Any, ...], ...] = (
    *_convolution(3, 24, stride=2),
    *_convolution(24, 48),
    ("MaxPool2d", 2),
    *_convolution(48, 96),
    *_convolution(96, 96),
    ("AvgPool2d", 8),
    ("Flatten",),
    ("Linear", 96, CLASSES),
)


def trained_state() -> dict[str, Tensor]:
    """What `benchmarks/train_looked_into.py` has found."""
    return {name: value.float() for name, value in load_file(WEIGHTS).items()}


def random_state(seed: int) -> dict[str, Tensor]:
    """The same network before training: no picture has taught it anything."""
    generator = torch.Generator().manual_seed(seed)
    state = trained_state()
    for name, value in state.items():
        if value.dim() > 1:
            drawn = torch.randn(value.shape, generator=generator)
            state[name] = drawn * (2 / value[0].numel()) ** 0.5
        else:
            state[name] = torch.full_like(value, 1.0 if _is_scale(name, value) else 0.0)
    return state


def _is_scale(name: str, value: Tensor) -> bool:
    return name.endswith("running_var") or (name.endswith("weight") and value.dim() == 1)
