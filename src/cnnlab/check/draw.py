"""Fresh inputs for checks, all from one seed, so that any run can be repeated."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    import torch

T = TypeVar("T")


class Draw:
    """Draws numbers, arrays and tensors; the same seed draws the same ones."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._random = random.Random(seed)
        self._numpy = np.random.default_rng(seed)
        self._torch: torch.Generator | None = None

    def integer(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return self._random.randint(low, high)

    def choice(self, items: Sequence[T]) -> T:
        return self._random.choice(items)

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """`count` different items in random order."""
        return self._random.sample(items, count)

    def array(self, *shape: int) -> np.ndarray:
        """Normally distributed numbers, as an array of NumPy's."""
        return self._numpy.standard_normal(shape)

    def bits(self, *shape: int) -> np.ndarray:
        """Zeros and ones, as an array of NumPy's."""
        return self._numpy.integers(0, 2, shape)

    def normal(self, *shape: int, dtype: torch.dtype | None = None) -> torch.Tensor:
        """Normally distributed numbers, as a tensor of 64 bits or of `dtype`."""
        import torch

        return torch.randn(*shape, generator=self._generator(), dtype=dtype or torch.float64)

    def uniform(
        self,
        *shape: int,
        low: float = 0.0,
        high: float = 1.0,
        dtype: torch.dtype | None = None,
    ) -> torch.Tensor:
        import torch

        drawn = torch.rand(*shape, generator=self._generator(), dtype=dtype or torch.float64)
        return drawn * (high - low) + low

    def labels(self, count: int, num_classes: int) -> torch.Tensor:
        import torch

        return torch.randint(num_classes, (count,), generator=self._generator())

    def _generator(self) -> torch.Generator:
        if self._torch is None:
            import torch  # only courses whose checks draw tensors need it

            self._torch = torch.Generator().manual_seed(self.seed)
        return self._torch
