"""Every random choice of a run comes from its seed."""

from __future__ import annotations

import random

import numpy as np
import torch


def seed_everything(seed: int, epoch: int) -> None:
    """Start every generator from (seed, epoch): an epoch never depends on those before it.

    This is what makes a resumed run equal to an uninterrupted one.
    """
    mixed = (seed * 1_000_003 + epoch) % 2**32
    random.seed(mixed)
    np.random.seed(mixed)
    torch.manual_seed(mixed)
