"""A run with everything whose state must be found again: to be killed and continued.

Dropout, mixup, momentum, batch norm, and a shuffling DataLoader with a generator of its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import torch
from torch.utils.data import DataLoader, TensorDataset

from cnnlab.training import History, fit

from .toys import Batches, toy_batches, toy_net

EPOCHS = 8


class Announced(list):
    """Validation batches that print a line and pause when an epoch comes to them."""

    def __init__(self, batches: Batches, pause: float) -> None:
        super().__init__(batches)
        self.pause = pause

    def __iter__(self) -> Iterator:
        print("epoch", flush=True)
        time.sleep(self.pause)
        return super().__iter__()


def run(path: Path | str, pause: float = 0.0) -> History:
    torch.set_num_threads(1)
    x, y = (torch.cat(parts) for parts in zip(*toy_batches(6), strict=True))
    own = torch.Generator().manual_seed(1)
    train = DataLoader(TensorDataset(x, y), 16, shuffle=True, generator=own)
    validation = Announced(toy_batches(2, seed=1), pause)
    net = toy_net(dropout=0.3)
    return fit(net, (train, validation), epochs=EPOCHS, mixup=0.4, seed=3, checkpoint=path)
