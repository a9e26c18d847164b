"""What `load` returns: images and labels in memory, with everything needed to use them well."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from cnnlab.data.batching import Batches
from cnnlab.data.errors import DataError
from cnnlab.data.split import Split
from cnnlab.data.splitting import stratified_split
from cnnlab.errors import UnknownNameError

if TYPE_CHECKING:
    from typing import Self


@dataclass(frozen=True, eq=False)
class Dataset:
    """A train and a test part that belong together, and a validation part once one was held out.

    `version` changes whenever the images do. `mean` and `std` are one number per channel, on the
    scale 0 to 1, computed from the training images alone: whatever is learned from the test
    images, even their brightness, would make the test a little less of a test.
    """

    name: str
    version: str
    class_names: tuple[str, ...]
    train: Split
    test: Split
    validation: Split | None = None

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
        for split in self._parts.values():
            sha.update(split.images.contiguous().numpy().tobytes())
            sha.update(split.labels.contiguous().numpy().tobytes())
        return sha.hexdigest()

    @property
    def _parts(self) -> dict[str, Split]:
        found = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: split for name, split in found.items() if split is not None}

    @property
    def _sizes(self) -> str:
        held_out = "" if self.validation is None else f", {len(self.validation):,} validation"
        return f"{len(self.train):,} training{held_out} and {len(self.test):,} test images"

    def with_validation(self, n: int, seed: int = 0) -> Self:
        """The same data with `n` training images held out, every class in its share.

        Choose everything by the validation part, and the test part stays what it is for: one
        look at the end. `mean` and `std` then come from the training images that remain.

        >>> import cnnlab.data
        >>> cnnlab.data.load("digits").with_validation(300)
        digits (version 1): 1,047 training, 300 validation and 450 test images, 1×28×28, \
without object masks
        10 classes: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9
        """
        if self.validation is not None:
            raise DataError(
                f"{self.name} has a validation part of {len(self.validation):,} images already. "
                "Load the data again to hold out another one."
            )
        if isinstance(n, bool) or not isinstance(n, int):
            raise DataError(f"with_validation takes a number of images, such as 1000, not {n!r}.")
        if not 1 <= n < len(self.train):
            raise DataError(
                f"{n:,} images cannot be held out of {len(self.train):,} training images. "
                f"Ask for a number from 1 to {len(self.train) - 1:,}."
            )
        train, validation = stratified_split(self.train.labels, n, seed)
        return replace(self, train=self.train[train], validation=self.train[validation])

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
        """Batches of "train", "validation" or "test", normalised with this data set's mean and std.

        The training part is shuffled unless `shuffle=False`. Other options: see
        `cnnlab.data.batches`.

        >>> import cnnlab.data
        >>> data = cnnlab.data.load("digits")
        >>> images, labels = next(iter(data.batches("train", 32)))
        >>> images.shape, images.dtype, labels.dtype
        (torch.Size([32, 1, 28, 28]), torch.float32, torch.int64)
        """
        if part not in self._parts:
            if part == "validation":
                raise DataError(
                    f"{self.name} has no validation part yet. Hold one out of the training "
                    "images: data = data.with_validation(1000)"
                )
            raise UnknownNameError("part of a data set", part, list(self._parts))
        return Batches(
            self._parts[part],
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
            f"{self.name} (version {self.version}): {self._sizes}, {shape}, {masks} object masks\n"
            f"{len(self.class_names)} classes: {names}"
        )
