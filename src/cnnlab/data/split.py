"""One part of a data set: images and labels in memory."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from cnnlab.data.errors import DataError


@dataclass(frozen=True, eq=False)
class Split:
    """One part of a data set, held in memory.

    images  (N, C, H, W) uint8
    labels  (N,) int64
    masks   (N, H, W) bool, true where the object is; None where nobody knows
    marks   (N, H, W) bool, true where a planted shortcut sits; None where there is none

    Indexing gives a smaller split:

    >>> import cnnlab.data
    >>> train = cnnlab.data.load("shapes10", n_train=200, n_test=10).train
    >>> len(train), len(train[:50]), len(train.per_class(5))
    (200, 50, 50)
    """

    images: Tensor
    labels: Tensor
    masks: Tensor | None = None
    marks: Tensor | None = None

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, where: slice | Tensor | list[int]) -> Split:
        if isinstance(where, int):
            raise DataError(
                f"split[{where}] would be a single image, but indexing gives a smaller split.\n"
                f"Write split.images[{where}] for the image and split.labels[{where}] for its "
                f"label, or split[{where}:{where + 1}] for a split of one."
            )
        return Split(*(None if t is None else t[where] for t in self._tensors()))  # type: ignore[arg-type]

    def per_class(self, count: int, seed: int = 0) -> Split:
        """`count` images of every class, drawn without replacement, in a shuffled order."""
        generator = torch.Generator().manual_seed(seed)
        order = torch.randperm(len(self), generator=generator)
        shuffled = self.labels[order]
        chosen = []
        for label in self.labels.unique().tolist():
            members = order[shuffled == label]
            if len(members) < count:
                raise DataError(
                    f"{count} images of every class were asked for, but class {label} has only "
                    f"{len(members)}. Ask for at most {len(members)}, or load more images."
                )
            chosen.append(members[:count])
        together = torch.cat(chosen)
        return self[together[torch.randperm(len(together), generator=generator)]]

    def __repr__(self) -> str:
        shape = "×".join(str(s) for s in self.images.shape[1:])
        extras = [name for name in ("masks", "marks") if getattr(self, name) is not None]
        return f"Split({len(self):,} images {shape}" + (
            f", with {' and '.join(extras)})" if extras else ")"
        )

    def _tensors(self) -> tuple[Tensor | None, ...]:
        return self.images, self.labels, self.masks, self.marks
