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
"""

from cnnlab.data.augment import flip_and_shift, per_sample
from cnnlab.data.batching import Batches, batches
from cnnlab.data.catalogue import Entry, catalogue, load
from cnnlab.data.dataset import DataError, Dataset, Split
from cnnlab.data.downloads import CacheEntry, cache_entries, clear_cache
from cnnlab.data.folder import FolderDataset, load_folder

__all__ = [
    "Batches",
    "CacheEntry",
    "DataError",
    "Dataset",
    "Entry",
    "FolderDataset",
    "Split",
    "batches",
    "cache_entries",
    "catalogue",
    "clear_cache",
    "flip_and_shift",
    "load",
    "load_folder",
    "per_sample",
]
