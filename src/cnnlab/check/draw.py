"""Fresh inputs for checks, all from one seed, so that any run can be repeated."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

import torch

T = TypeVar("T")


class Draw:
    """Draws numbers and tensors; the same seed draws the same ones."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._random = random.Random(seed)
        self._generator = torch.Generator().manual_seed(seed)

    def integer(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return self._random.randint(low, high)

    def choice(self, items: Sequence[T]) -> T:
        return self._random.choice(items)

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """`count` different items in random order."""
        return self._random.sample(items, count)

    def normal(self, *shape: int, dtype: torch.dtype = torch.float64) -> torch.Tensor:
        return torch.randn(*shape, generator=self._generator, dtype=dtype)

    def uniform(
        self, *shape: int, low: float = 0.0, high: float = 1.0, dtype: torch.dtype = torch.float64
    ) -> torch.Tensor:
        return torch.rand(*shape, generator=self._generator, dtype=dtype) * (high - low) + low

    def labels(self, count: int, num_classes: int) -> torch.Tensor:
        return torch.randint(num_classes, (count,), generator=self._generator)
