"""Networks whose numbers were all drawn, for comparing two of them."""

from __future__ import annotations

import torch
from torch import nn


def randomise(model: nn.Module) -> nn.Module:
    """Give every number a value of its own, running statistics too, so that no mix-up can hide."""
    generator = torch.Generator().manual_seed(0)
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            noise = torch.randn(tensor.shape, generator=generator)
            if tensor.dim() > 1:
                tensor.copy_(noise * (2 / tensor[0].numel()) ** 0.5)
            elif "running_var" in name or name.endswith("weight"):
                tensor.copy_(1 + 0.2 * noise.abs())
            else:
                tensor.copy_(0.1 * noise)
    return model.eval()
