"""A norm in a state that is far from its start."""

from __future__ import annotations

import torch

from cnnlab.check.draw import Draw


def draw_state(draw: Draw, features: int) -> dict[str, torch.Tensor]:
    """Values for parameters and buffers that are far from those at the start."""
    return {
        "weight": draw.uniform(features, low=0.5, high=2.0, dtype=torch.float32),
        "bias": draw.normal(features, dtype=torch.float32),
        "running_mean": draw.normal(features, dtype=torch.float32),
        "running_var": draw.uniform(features, low=0.5, high=3.0, dtype=torch.float32),
    }
