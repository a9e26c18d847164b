"""Fashion-MNIST: its class names, and the subset that comes with the package.

The pictures are Zalando's (Xiao, Rasul and Vollgraf: Fashion-MNIST, 2017), under the MIT licence
that lies beside them. `tools/fashion_subset.py` drew the subset.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import torch

from cnnlab.data.dataset import Dataset
from cnnlab.data.errors import DataError
from cnnlab.data.split import Split

FASHION_NAMES = (
    "T-shirt/top",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)
SMALL = "fashion-mnist-small"
SUBSET = Path(__file__).parent / "files" / "fashion_mnist_small.npz"


def load_fashion_small() -> Dataset:
    """10,000 training and 2,000 test images, drawn once: each class 1,000 and 200 times."""
    try:
        with np.load(SUBSET) as arrays:
            train, test = (_split(arrays, part) for part in ("train", "test"))
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(
            f"The pictures of {SMALL} should lie in {SUBSET}, but that file is missing or damaged "
            f"({error}). Type: pip install --force-reinstall cnnlab"
        ) from error
    return Dataset(SMALL, "1", FASHION_NAMES, train, test)


def _split(arrays: np.lib.npyio.NpzFile, part: str) -> Split:
    images = torch.from_numpy(arrays[f"{part}_images"]).unsqueeze(1)
    return Split(images, torch.from_numpy(arrays[f"{part}_labels"]).long())
