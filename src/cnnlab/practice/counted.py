"""Parameters of networks, counted on ones that are built without numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import torch
from torch import nn

from cnnlab.models import count_parameters


@cache
def counted(make: Callable[..., nn.Module], *settings: int) -> int:
    """How many parameters `make(*settings)` has.

    >>> counted(nn.Linear, 84, 10)
    850
    """
    with torch.device("meta"):
        return count_parameters(make(*settings))


def in_all(*layers: nn.Module) -> int:
    """How many parameters the layers have together.

    >>> in_all(nn.Linear(84, 10), nn.ReLU())
    850
    """
    return sum(count_parameters(layer) for layer in layers)
