"""The loop that most tutorials teach, written as they write it, for comparison with ours.

A data set hands out PIL images one by one (as torchvision's CIFAR10 does), a transform pipeline
turns each into a tensor, a DataLoader collects them, and the loop reads the loss at every step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset

from cnnlab._torchvision import import_torchvision


class PilImages(Dataset):
    """Images kept as an array, turned into a PIL image and through the pipeline at each access."""

    def __init__(self, split: Any, transform: Callable[[Image.Image], torch.Tensor]) -> None:
        self.data = np.ascontiguousarray(split.images.permute(0, 2, 3, 1).numpy())
        self.targets = split.labels.tolist()
        self.transform = transform

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        return self.transform(Image.fromarray(self.data[index])), self.targets[index]


def augmenting(data: Any) -> Callable[[Image.Image], torch.Tensor]:
    """The same distribution as `flip_and_shift(2)`: edges repeated, shifted by −2 … 2, mirrored."""
    transforms = import_torchvision().transforms
    size = data.train.images.shape[-2:]
    return transforms.Compose(
        [
            transforms.Pad(2, padding_mode="edge"),
            transforms.RandomCrop(size),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.Normalize(data.mean, data.std),
        ]
    )


def loader(data: Any, batch_size: int, workers: int) -> DataLoader:
    """Shuffled training batches; workers, where there are any, stay alive between epochs."""
    return DataLoader(
        PilImages(data.train, augmenting(data)),
        batch_size,
        shuffle=True,
        num_workers=workers,
        persistent_workers=workers > 0,
    )


def train_epoch(model: nn.Module, batches: DataLoader, optimizer: torch.optim.Optimizer) -> float:
    """One epoch; the mean loss over batches, as tutorials print it."""
    model.train()
    running = 0.0
    for x, y in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        running += loss.item()
    return running / len(batches)
