"""How long a network takes for a batch of images, measured here and now."""

from __future__ import annotations

import time
from statistics import median

import torch
from torch import nn

from cnnlab.as_found import modes_kept

WARM_UP = 2
FEWEST, MOST = 5, 200


def milliseconds(network: nn.Module, images: torch.Tensor, seconds: float = 0.5) -> float:
    """The median time of one forward pass in evaluation mode, without gradients.

    It's repeated for about `seconds`, and 5 times at least. Another program that runs at the same
    time makes some passes slow; the median doesn't mind a few of them.

    >>> milliseconds(nn.Conv2d(1, 2, 3), torch.zeros(1, 1, 8, 8), seconds=0.01) > 0
    True
    """
    times: list[float] = []
    with modes_kept(network), torch.no_grad():
        network.eval()
        for _ in range(WARM_UP):
            network(images)
        end = time.perf_counter() + seconds
        while len(times) < FEWEST or (time.perf_counter() < end and len(times) < MOST):
            start = time.perf_counter()
            network(images)
            times.append(time.perf_counter() - start)
    return 1000 * median(times)
