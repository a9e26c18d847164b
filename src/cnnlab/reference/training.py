"""Unit 06: augmentation, soft targets, optimisers step by step, a schedule, a time to stop."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch.nn import functional as F

__all__ = [
    "EarlyStopping",
    "adam_step",
    "adamw_step",
    "cutout",
    "mixup",
    "random_crop_flip",
    "sgd_momentum_step",
    "smooth_labels",
    "warmup_cosine",
]

State = tuple[torch.Tensor, torch.Tensor, int]


def random_crop_flip(x: torch.Tensor, padding: int, generator: torch.Generator) -> torch.Tensor:
    """Each image of (N, C, H, W) padded with zeros, cut out anew, and mirrored or not."""
    n, _, height, width = x.shape
    top, left = torch.randint(2 * padding + 1, (2, n), generator=generator).tolist()
    mirrored = (torch.rand(n, generator=generator) < 0.5).tolist()
    padded = F.pad(x, (padding, padding, padding, padding))
    images = []
    for image, i, j, mirror in zip(padded, top, left, mirrored, strict=True):
        crop = image[:, i : i + height, j : j + width]
        images.append(crop.flip(-1) if mirror else crop)
    return torch.stack(images)


def cutout(x: torch.Tensor, size: int, generator: torch.Generator) -> torch.Tensor:
    """Each image of (N, C, H, W) with a square of zeros, cut off where it leaves the image."""
    n, _, height, width = x.shape
    top = torch.randint(height, (n, 1), generator=generator) - size // 2
    left = torch.randint(width, (n, 1), generator=generator) - size // 2
    rows, columns = torch.arange(height), torch.arange(width)
    in_rows = (rows >= top) & (rows < top + size)  # (N, H)
    in_columns = (columns >= left) & (columns < left + size)  # (N, W)
    hole = in_rows[:, :, None] & in_columns[:, None, :]  # (N, H, W)
    return x.masked_fill(hole[:, None].to(x.device), 0.0)


def mixup(
    x: torch.Tensor, y: torch.Tensor, lam: float, permutation: torch.Tensor, num_classes: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Images blended with others of the batch, and targets (N, num_classes) blended alike."""
    targets = F.one_hot(y, num_classes).to(x.dtype)
    return (
        lam * x + (1 - lam) * x[permutation],
        lam * targets + (1 - lam) * targets[permutation],
    )


def smooth_labels(targets: torch.Tensor, num_classes: int, alpha: float) -> torch.Tensor:
    """(N,) class numbers → (N, num_classes): (1 − α) for the class, and α shared by all."""
    return (1 - alpha) * F.one_hot(targets, num_classes).float() + alpha / num_classes


def sgd_momentum_step(
    param: torch.Tensor,
    grad: torch.Tensor,
    velocity: torch.Tensor | None,
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> tuple[torch.Tensor, torch.Tensor]:
    """One step as torch.optim.SGD takes it: v ← μv + g, θ ← θ − ηv."""
    grad = grad + weight_decay * param
    velocity = grad if velocity is None else momentum * velocity + grad
    return param - lr * velocity, velocity


def adam_step(
    param: torch.Tensor,
    grad: torch.Tensor,
    state: State | None,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> tuple[torch.Tensor, State]:
    """One step of Adam; the state is (mean of g, mean of g², number of steps taken)."""
    zeros = torch.zeros_like(param)
    mean, square, count = (zeros, zeros, 0) if state is None else state
    count += 1
    mean = betas[0] * mean + (1 - betas[0]) * grad
    square = betas[1] * square + (1 - betas[1]) * grad**2
    # Both began at 0 and are still too small, by exactly these factors.
    unbiased_mean = mean / (1 - betas[0] ** count)
    unbiased_square = square / (1 - betas[1] ** count)
    return param - lr * unbiased_mean / (unbiased_square.sqrt() + eps), (mean, square, count)


def adamw_step(
    param: torch.Tensor,
    grad: torch.Tensor,
    state: Any,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> tuple[torch.Tensor, Any]:
    """Adam, beside which the weights shrink: the decay is no part of the gradient."""
    return adam_step(param * (1 - lr * weight_decay), grad, state, lr, betas, eps)


def warmup_cosine(step: int, total: int, warmup: int, base_lr: float) -> float:
    """The learning rate of a step: up a straight line, down half a cosine, 0 at step = total."""
    if step < warmup:
        return base_lr * (step + 1) / warmup
    return base_lr * 0.5 * (1 + math.cos(math.pi * (step - warmup) / (total - warmup)))


class EarlyStopping:
    """Says when a loss has stopped improving; `best` is the lowest loss that counted."""

    def __init__(self, patience: int, min_delta: float = 0.0) -> None:
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.without = 0

    def step(self, loss: float) -> bool:
        """Take note of a loss; True once `patience` calls in a row were no improvement."""
        if loss < self.best - self.min_delta:
            self.best, self.without = loss, 0
        else:
            self.without += 1
        return self.without >= self.patience
