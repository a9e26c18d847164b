"""Cutting labelled images into train and test so that both hold the classes in equal shares."""

from __future__ import annotations

import torch
from torch import Tensor


def stratified_split(labels: Tensor, n_test: int, seed: int) -> tuple[Tensor, Tensor]:
    """Indices of the training and of the test images, each in a shuffled order.

    Every class gives its share of the `n_test` test images, to within one. The same labels,
    `n_test` and seed give the same split.

    >>> train, test = stratified_split(torch.tensor([0, 0, 0, 0, 1, 1, 1, 1]), n_test=4, seed=0)
    >>> sorted(test.tolist())[:2] != sorted(test.tolist())[2:], len(train)
    (True, 4)
    """
    generator = torch.Generator().manual_seed(seed)
    counts = torch.bincount(labels)
    exact = counts.double() * n_test / len(labels)
    share = exact.floor().long()
    # Whoever lost most by rounding down gets one of the images left over.
    left_over = n_test - int(share.sum())
    share[(exact - share).argsort(descending=True, stable=True)[:left_over]] += 1
    order = torch.randperm(len(labels), generator=generator)
    is_test = torch.zeros(len(labels), dtype=torch.bool)
    for label, count in enumerate(share.tolist()):
        members = order[labels[order] == label]
        is_test[members[:count]] = True
    return order[~is_test[order]], order[is_test[order]]
