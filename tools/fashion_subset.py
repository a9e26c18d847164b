"""Draws the packaged subset of Fashion-MNIST, and the pictures that only the grader has.

python tools/fashion_subset.py [FOLDER]     where the four idx .gz files lie

The files of Debian's package `dataset-fashion-mnist` do, or those of the original site.
"""

from __future__ import annotations

import gzip
import hashlib
import sys
from pathlib import Path

import numpy as np
import torch

from autograder.unseen import FASHION
from cnnlab.data import Split
from cnnlab.data.fashion import SUBSET

SEED = 2017
TRAIN_OF_A_CLASS, TEST_OF_A_CLASS, UNSEEN_OF_A_CLASS = 1000, 200, 400
MD5 = {  # of the unpacked files
    "train-images-idx3-ubyte.gz": "f4a8712d7a061bf5bd6d2ca38dc4d50a",
    "train-labels-idx1-ubyte.gz": "9018921c3c673c538a1fc5bad174d6f9",
    "t10k-images-idx3-ubyte.gz": "8181f5470baa50b63fa0f6fddb340f0a",
    "t10k-labels-idx1-ubyte.gz": "15d484375f8d13e6eb1aabb0c3f46965",
}


def main(folder: Path) -> None:
    train, test = read(folder, "train"), read(folder, "t10k")
    small_train = train.per_class(TRAIN_OF_A_CLASS, SEED)
    # One draw for both: what the grader has comes from the images that the subset left over.
    drawn = test.per_class(TEST_OF_A_CLASS + UNSEEN_OF_A_CLASS, SEED)
    is_small = first_of_each_class(drawn.labels, TEST_OF_A_CLASS)
    small_test, unseen = drawn[is_small], drawn[~is_small]
    save(SUBSET, **arrays(small_train, "train_"), **arrays(small_test, "test_"))
    save(FASHION, **arrays(unseen, ""))


def read(folder: Path, prefix: str) -> Split:
    pixels = content(folder / f"{prefix}-images-idx3-ubyte.gz")[16:]
    labels = content(folder / f"{prefix}-labels-idx1-ubyte.gz")[8:]
    images = np.frombuffer(pixels, np.uint8).reshape(-1, 1, 28, 28)
    numbers = np.frombuffer(labels, np.uint8).astype(np.int64)
    return Split(torch.from_numpy(images.copy()), torch.from_numpy(numbers))


def content(file: Path) -> bytes:
    unpacked = gzip.decompress(file.read_bytes())
    found = hashlib.md5(unpacked, usedforsecurity=False).hexdigest()
    if found != MD5[file.name]:
        sys.exit(f"{file} does not hold Fashion-MNIST: its md5, unpacked, is {found}")
    return unpacked


def first_of_each_class(labels: torch.Tensor, count: int) -> torch.Tensor:
    chosen = torch.zeros(len(labels), dtype=torch.bool)
    for label in labels.unique():
        chosen[(labels == label).nonzero().flatten()[:count]] = True
    return chosen


def arrays(split: Split, prefix: str) -> dict[str, np.ndarray]:
    return {
        f"{prefix}images": split.images.squeeze(1).numpy(),
        f"{prefix}labels": split.labels.to(torch.uint8).numpy(),
    }


def save(path: Path, **found: np.ndarray) -> None:
    np.savez_compressed(path, **found)  # type: ignore[arg-type]
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/datasets/fashion-mnist"))
