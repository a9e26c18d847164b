"""What several experiments measure of a trained network."""

from __future__ import annotations

from torch import nn

from cnnlab.data import Dataset
from cnnlab.training import evaluate


def percent(model: nn.Module, data: Dataset, part: str = "test") -> float:
    """The share of right answers."""
    return 100 * evaluate(model, data, split=part).accuracy
