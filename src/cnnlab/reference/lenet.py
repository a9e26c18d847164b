"""Unit 02: from logits to a loss, a first network, and the loop that trains and measures it."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn
from torch.nn import functional as F

from cnnlab.as_found import modes_kept
from cnnlab.models import LeNet5, matched_mlp

__all__ = ["LeNet5", "cross_entropy", "evaluate", "matched_mlp", "softmax", "train_epoch"]

Batch = tuple[torch.Tensor, torch.Tensor]


def softmax(logits: torch.Tensor) -> torch.Tensor:
    """Probabilities over the last dimension, for any number of dimensions before it."""
    return F.softmax(logits, dim=-1)


def cross_entropy(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Logits (N, C) and class numbers (N,) → the mean over the batch, a tensor of no dimensions."""
    return F.cross_entropy(logits, targets)


def train_epoch(
    model: nn.Module, batches: Iterable[Batch], optimizer: torch.optim.Optimizer
) -> tuple[float, float]:
    """One step for every batch → (mean cross-entropy, accuracy) over all samples.

    Both are taken from the outputs that the steps were computed from, before each step.
    """
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        correct += int((logits.argmax(dim=1) == y).sum())
        count += len(y)
    return loss_sum / count, correct / count


@torch.no_grad()
def evaluate(model: nn.Module, batches: Iterable[Batch]) -> tuple[float, float]:
    """(mean cross-entropy, accuracy) over all samples; the model is left as it was found."""
    loss_sum, correct, count = 0.0, 0, 0
    with modes_kept(model):
        model.eval()
        for x, y in batches:
            logits = model(x)
            loss_sum += F.cross_entropy(logits, y, reduction="sum").item()
            correct += int((logits.argmax(dim=1) == y).sum())
            count += len(y)
    return loss_sum / count, correct / count
