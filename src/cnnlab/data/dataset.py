"""What `load` returns: images and labels in memory, with everything needed to use them well."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from cnnlab.data.batching import Batches
from cnnlab.data.split import Split
from cnnlab.errors import UnknownNameError


@dataclass(frozen=True, eq=False)
class Dataset:
    """A train and a test part that belong together.

    `version` changes whenever the images do. `mean` and `std` are one number per channel, on the
    scale 0 to 1, computed from the training images alone: whatever is learned from the test
    images, even their brightness, would make the test a little less of a test.
    """

    name: str
    version: str
    class_names: tuple[str, ...]
    train: Split
    test: Split

    @property
    def mean(self) -> tuple[float, ...]:
        return self._statistics[0]

    @property
    def std(self) -> tuple[float, ...]:
        return self._statistics[1]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of every image and label: equal digests mean equal data, bit for bit.

        Generated images can differ in single bits between processors, because a sine may round
        differently; compare digests on one machine, and `version` and seed across machines.
        """
        sha = hashlib.sha256()
        for split in (self.train, self.test):
            sha.update(split.images.contiguous().numpy().tobytes())
            sha.update(split.labels.contiguous().numpy().tobytes())
        return sha.hexdigest()

    def batches(
        self,
        part: str = "train",
        batch_size: int = 64,
        *,
        shuffle: bool | None = None,
        seed: int = 0,
        augment: Callable[..., Tensor] | None = None,
        **options: Any,
    ) -> Batches:
        """Batches of "train" or "test", normalised with this data set's mean and std.

        The training part is shuffled unless `shuffle=False`. Other options: see
        `cnnlab.data.batches`.

        >>> import cnnlab.data
        >>> data = cnnlab.data.load("digits")
        >>> images, labels = next(iter(data.batches("train", 32)))
        >>> images.shape, images.dtype, labels.dtype
        (torch.Size([32, 1, 28, 28]), torch.float32, torch.int64)
        """
        if part not in ("train", "test"):
            raise UnknownNameError("part of a data set", part, ["train", "test"])
        return Batches(
            self.train if part == "train" else self.test,
            batch_size,
            shuffle=part == "train" if shuffle is None else shuffle,
            seed=seed,
            augment=augment,
            **{"normalize": (self.mean, self.std), **options},
        )

    @cached_property
    def _statistics(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        means, stds = [], []
        value = torch.arange(256, dtype=torch.float64) / 255
        for channel in self.train.images.unbind(1):
            # Counting how often each of the 256 values occurs is exact, whatever the order.
            share = torch.bincount(channel.flatten(), minlength=256).double() / channel.numel()
            mean = (share * value).sum()
            means.append(mean.item())
            stds.append(((share * (value - mean) ** 2).sum()).sqrt().item())
        return tuple(means), tuple(stds)

    def __repr__(self) -> str:
        shape = "×".join(str(s) for s in self.train.images.shape[1:])
        names = ", ".join(self.class_names[:10])
        if len(self.class_names) > 10:
            names += f" and {len(self.class_names) - 10} more"
        masks = "with" if self.train.masks is not None else "without"
        return (
            f"{self.name} (version {self.version}): {len(self.train):,} training and "
            f"{len(self.test):,} test images, {shape}, {masks} object masks\n"
            f"{len(self.class_names)} classes: {names}"
        )
