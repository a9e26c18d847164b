"""Images to learn from: real, generated, downloaded or your own.

>>> import cnnlab.data
>>> data = cnnlab.data.load("digits")
>>> data
digits (version 1): 1,347 training and 450 test images, 1×28×28, without object masks
10 classes: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9
>>> for images, labels in data.batches("train", batch_size=64):
...     pass  # images: float32 (64, 1, 28, 28), normalised; labels: int64 (64,)
>>> tuple(images.shape)  # the last batch is short
(3, 1, 28, 28)

Parts are imported when they are first used: what only lists data sets needs no torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_NAMES = {
    "Batches": "batching",
    "CacheEntry": "downloads.store",
    "DataError": "errors",
    "Dataset": "dataset",
    "Entry": "listing",
    "FolderDataset": "folder",
    "Photo": "photographs",
    "Photos": "photographs",
    "Split": "split",
    "batches": "batching",
    "cache_entries": "downloads.store",
    "catalogue": "listing",
    "clear_cache": "downloads.store",
    "flip_and_shift": "augment",
    "load": "loading",
    "load_folder": "folder",
    "per_sample": "augment",
    "photo": "photographs",
    "photos": "photographs",
}

__all__ = list(_NAMES)


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(import_module(f"cnnlab.data.{_NAMES[name]}"), name)
    raise AttributeError(f"cnnlab.data has no {name!r}; it has: {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
