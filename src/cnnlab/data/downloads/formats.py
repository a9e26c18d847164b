"""The downloaded files' own formats, read into tensors."""

from __future__ import annotations

import gzip
import io
import pickle
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cnnlab.data.dataset import Dataset
from cnnlab.data.downloads.store import obtain
from cnnlab.data.errors import DataError
from cnnlab.data.fashion import FASHION_NAMES
from cnnlab.data.listing import LISTED
from cnnlab.data.split import Split

CIFAR10_NAMES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
DIGIT_NAMES = tuple(str(digit) for digit in range(10))
ANIMALS = ("cat", "dog", "horse")
ANIMALS_PER_CLASS = 500


@dataclass(frozen=True)
class Downloaded:
    """How the files of one data set become its two parts."""

    name: str
    class_names: tuple[str, ...]
    read: Callable[[dict[str, Path], int], tuple[Split, Split]]


def load_downloaded(name: str, *, seed: int = 0) -> Dataset:
    """Fetch what is missing, then read. The seed matters only where a part is drawn."""
    kind = DOWNLOADED[name]
    paths = obtain(LISTED[name].cached_as or name)
    try:
        train, test = kind.read(paths, seed)
    except (OSError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as error:
        # The bytes are the listed ones, so this can only be a list of mirrors with other files.
        raise DataError(
            f"The files of {name} were downloaded and match the list of mirrors, but do not have "
            f"the form expected ({error}). If CNNLAB_MIRRORS points to a list of your own, compare "
            "its files with those of the original list."
        ) from error
    return Dataset(name, "1", kind.class_names, train, test)


def _read_idx_pair(paths: dict[str, Path], _seed: int) -> tuple[Split, Split]:
    """MNIST's format: four gzipped files."""
    return _idx_split(paths, "train"), _idx_split(paths, "t10k")


def _idx_split(paths: dict[str, Path], prefix: str) -> Split:
    images = _read_idx(paths[f"{prefix}-images-idx3-ubyte.gz"])
    labels = _read_idx(paths[f"{prefix}-labels-idx1-ubyte.gz"])
    return Split(images.unsqueeze(1), labels.long())


def _read_idx(path: Path) -> Tensor:
    """A gzipped IDX file of bytes: two zeros, the type 8, the number of sizes, sizes, values."""
    content = gzip.decompress(path.read_bytes())
    if content[:3] != b"\0\0\x08":
        raise ValueError(f"{path.name} is not an IDX file of bytes")
    dims = content[3]
    sizes = np.frombuffer(content, dtype=">u4", count=dims, offset=4).astype(int).tolist()
    values = np.frombuffer(content, dtype=np.uint8, offset=4 + 4 * dims)
    return torch.from_numpy(values.reshape(sizes).copy())


def _read_cifar10(paths: dict[str, Path], _seed: int) -> tuple[Split, Split]:
    parts: dict[str, Split] = {}
    with tarfile.open(paths["cifar-10-python.tar.gz"]) as archive:
        for member in archive:
            batch = Path(member.name).name
            stream = archive.extractfile(member) if "_batch" in batch else None
            if stream is not None:
                parts[batch] = _cifar_batch(stream.read())
    batches = [parts[f"data_batch_{i}"] for i in range(1, 6)]
    images, labels = [b.images for b in batches], [b.labels for b in batches]
    return Split(torch.cat(images), torch.cat(labels)), parts["test_batch"]


def _cifar_batch(content: bytes) -> Split:
    batch = _ArrayUnpickler(io.BytesIO(content), encoding="bytes").load()
    images = torch.from_numpy(np.array(batch[b"data"], dtype=np.uint8)).view(-1, 3, 32, 32)
    return Split(images, torch.tensor(batch[b"labels"], dtype=torch.int64))


class _ArrayUnpickler(pickle.Unpickler):
    """Unpickles numpy arrays and nothing else: a pickle can otherwise run any code at all."""

    _ALLOWED = {  # noqa: RUF012 - a constant of the class
        ("numpy.core.multiarray", "_reconstruct"): np.zeros(0).__reduce__()[0],
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
    }

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self._ALLOWED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return self._ALLOWED[module, name]


def _read_animals(paths: dict[str, Path], seed: int) -> tuple[Split, Split]:
    """Three classes of CIFAR-10: 500 training images of each, and all test images of each."""
    train, test = _read_cifar10(paths, seed)
    return _only_animals(train).per_class(ANIMALS_PER_CLASS, seed), _only_animals(test)


def _only_animals(split: Split) -> Split:
    numbers = torch.tensor([CIFAR10_NAMES.index(name) for name in ANIMALS])
    chosen = split[torch.isin(split.labels, numbers)]
    return Split(chosen.images, torch.searchsorted(numbers, chosen.labels))


DOWNLOADED: dict[str, Downloaded] = {
    kind.name: kind
    for kind in (
        Downloaded(
            name="mnist",
            class_names=DIGIT_NAMES,
            read=_read_idx_pair,
        ),
        Downloaded(
            name="fashion-mnist",
            class_names=FASHION_NAMES,
            read=_read_idx_pair,
        ),
        Downloaded(
            name="cifar10",
            class_names=CIFAR10_NAMES,
            read=_read_cifar10,
        ),
        Downloaded(
            name="cifar10-animals",
            class_names=ANIMALS,
            read=_read_animals,
        ),
    )
}
