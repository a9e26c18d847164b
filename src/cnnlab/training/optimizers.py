"""The optimiser of a run: ours by name, or the caller's own."""

from __future__ import annotations

from typing import Any

import torch

# Building its first optimiser makes torch import its compiler, which takes most of a second. Done
# here, that second is part of importing cnnlab.training and not of somebody's time budget.
import torch._dynamo
from torch import nn

from cnnlab.training.diagnosis import FrozenModelError, SettingError

# Normalised networks bear larger steps: the scale of their weights does not change their output.
SGD_LR = 0.02
SGD_LR_NORMALISED = 0.1
ADAMW_LR = 1e-3
SGD_WEIGHT_DECAY = 5e-4
ADAMW_WEIGHT_DECAY = 1e-2
NORMS = (nn.modules.batchnorm._BatchNorm, nn.GroupNorm, nn.LayerNorm)


def decay_groups(model: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Two parameter groups: weights, which decay, and biases and norm parameters, which do not.

    Pulling a bias or a batch norm's scale towards zero does not make a network simpler, so only
    tensors of two or more dimensions (the kernels and matrices) decay.

    >>> groups = decay_groups(nn.Linear(3, 2), weight_decay=5e-4)
    >>> [(group["weight_decay"], len(group["params"])) for group in groups]
    [(0.0005, 1), (0.0, 1)]
    """
    trainable = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in trainable if p.ndim >= 2], "weight_decay": weight_decay},
        {"params": [p for p in trainable if p.ndim < 2], "weight_decay": 0.0},
    ]
    return [group for group in groups if group["params"]]


def make_optimizer(
    model: nn.Module,
    optimizer: str | torch.optim.Optimizer,
    lr: float | None,
    weight_decay: float | None,
) -> torch.optim.Optimizer:
    """Build the named optimiser, or check that the caller's own updates this model."""
    trainable = {id(p) for p in model.parameters() if p.requires_grad}
    if not trainable:
        raise FrozenModelError(
            "The model has no trainable parameters, so nothing can be learned. Set "
            "`requires_grad = True` on the part to train, for example its last layer: "
            "`for p in model.fc.parameters(): p.requires_grad = True`."
        )
    if isinstance(optimizer, torch.optim.Optimizer):
        return _checked(optimizer, trainable, lr, weight_decay)
    if optimizer == "sgd":
        normalised = any(isinstance(m, NORMS) for m in model.modules())
        rate = (SGD_LR_NORMALISED if normalised else SGD_LR) if lr is None else lr
        decay = SGD_WEIGHT_DECAY if weight_decay is None else weight_decay
        groups = decay_groups(model, decay)
        return torch.optim.SGD(groups, lr=rate, momentum=0.9, nesterov=True)
    if optimizer == "adamw":
        decay = ADAMW_WEIGHT_DECAY if weight_decay is None else weight_decay
        return torch.optim.AdamW(decay_groups(model, decay), lr=ADAMW_LR if lr is None else lr)
    raise SettingError(
        f"There is no optimizer called {optimizer!r}. Use 'sgd', 'adamw', or an optimizer of "
        "your own such as torch.optim.Adam(model.parameters(), lr=1e-3)."
    )


def _checked(
    optimizer: torch.optim.Optimizer,
    trainable: set[int],
    lr: float | None,
    weight_decay: float | None,
) -> torch.optim.Optimizer:
    if lr is not None or weight_decay is not None:
        raise SettingError(
            "lr and weight_decay belong to your own optimizer when you pass one: set them "
            "where you build it and leave them out of fit(...)."
        )
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    if not held & trainable:
        raise FrozenModelError(
            "The optimizer holds none of the model's trainable parameters, so its steps would "
            "change nothing. Build it after the model is complete: "
            "torch.optim.SGD(model.parameters(), ...)."
        )
    return optimizer
