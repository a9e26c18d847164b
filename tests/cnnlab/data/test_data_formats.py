"""MNIST's and CIFAR-10's files, in miniature, from a mirror to tensors."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import tarfile

import misbehaving_server as mirror
import numpy as np
import pytest
import torch

import cnnlab.data
from cnnlab.data import DataError


@pytest.fixture
def serve(tmp_path, monkeypatch):
    """Offer {file name: content} under the name of a real data set."""
    server = mirror.MisbehavingServer()

    def serve(name: str, files: dict[str, bytes]) -> None:
        text = f'[{name}]\ninstead = "digits"\n'
        for file, content in files.items():
            url = server.add(f"/{file}", mirror.good(content))
            text += (
                f'[[{name}.files]]\nname = "{file}"\nbytes = {len(content)}\n'
                f'hash = "md5:{hashlib.md5(content).hexdigest()}"\nurls = ["{url}"]\n'
            )
        (tmp_path / "mirrors.toml").write_text(text)
        monkeypatch.setenv("CNNLAB_MIRRORS", str(tmp_path / "mirrors.toml"))
        monkeypatch.setenv("CNNLAB_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("no_proxy", "127.0.0.1")

    yield serve
    server.shutdown()
    server.server_close()


def idx(values: np.ndarray) -> bytes:
    head = struct.pack(">BBBB", 0, 0, 8, values.ndim) + struct.pack(
        f">{values.ndim}I", *values.shape
    )
    return gzip.compress(head + values.tobytes())


def mnist_files(rng: np.random.Generator, n_train: int, n_test: int) -> dict[str, np.ndarray]:
    return {
        "train-images-idx3-ubyte.gz": rng.integers(0, 256, (n_train, 28, 28), dtype=np.uint8),
        "train-labels-idx1-ubyte.gz": rng.integers(0, 10, n_train, dtype=np.uint8),
        "t10k-images-idx3-ubyte.gz": rng.integers(0, 256, (n_test, 28, 28), dtype=np.uint8),
        "t10k-labels-idx1-ubyte.gz": rng.integers(0, 10, n_test, dtype=np.uint8),
    }


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_idx_files_become_tensors(serve, name):
    arrays = mnist_files(np.random.default_rng(0), 20, 7)
    serve(name, {file: idx(values) for file, values in arrays.items()})
    data = cnnlab.data.load(name)
    assert data.train.images.shape == (20, 1, 28, 28)
    assert data.train.images.dtype == torch.uint8
    np.testing.assert_array_equal(
        data.train.images[:, 0].numpy(), arrays["train-images-idx3-ubyte.gz"]
    )
    np.testing.assert_array_equal(data.test.labels.numpy(), arrays["t10k-labels-idx1-ubyte.gz"])
    assert len(data.class_names) == 10
    assert data.train.masks is None


def test_files_of_another_form_are_explained(serve):
    serve("mnist", dict.fromkeys(mnist_files(np.random.default_rng(0), 1, 1), b"something else"))
    with pytest.raises(DataError, match="CNNLAB_MIRRORS"):
        cnnlab.data.load("mnist")


def python2_pickle(images: np.ndarray, labels: list[int]) -> bytes:
    """A batch as Python 2 and numpy 1 pickled it in 2009, opcode by opcode."""

    def string(text: bytes) -> bytes:
        return b"T" + struct.pack("<i", len(text)) + text

    def integer(value: int) -> bytes:
        return b"J" + struct.pack("<i", value)

    array = (
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n"
        + (integer(0) + b"\x85" + string(b"b") + b"tR")
        + (b"(" + integer(1) + integer(images.shape[0]) + integer(images.shape[1]) + b"\x86")
        + (b"cnumpy\ndtype\n(" + string(b"u1") + integer(0) + integer(1) + b"tR")
        + (b"(" + integer(3) + string(b"|") + b"NNN" + integer(-1) * 2 + integer(0) + b"tb")
        + (b"\x89" + string(images.tobytes()) + b"tb")
    )
    numbers = b"](" + b"".join(integer(label) for label in labels) + b"e"
    return b"\x80\x02}(" + string(b"data") + array + string(b"labels") + numbers + b"u."


def cifar_archive(batches: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in {"readme.html": b"<html>", **batches}.items():
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


@pytest.fixture
def small_cifar(serve):
    rng = np.random.default_rng(1)
    images = {
        name: rng.integers(0, 256, (2000, 3072), dtype=np.uint8)
        for name in [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]
    }
    labels = [i % 10 for i in range(2000)]
    batches = {name: python2_pickle(values, labels) for name, values in images.items()}
    serve("cifar10", {"cifar-10-python.tar.gz": cifar_archive(batches)})
    return images


def test_cifar_batches_become_tensors_in_their_order(small_cifar):
    data = cnnlab.data.load("cifar10")
    assert data.train.images.shape == (10_000, 3, 32, 32)
    np.testing.assert_array_equal(
        data.train.images[2000:4000].reshape(2000, -1).numpy(), small_cifar["data_batch_2"]
    )
    assert data.train.labels[:12].tolist() == [*range(10), 0, 1]
    assert len(data.test) == 2000


def test_the_animals_are_cats_dogs_and_horses(small_cifar):
    data = cnnlab.data.load("cifar10-animals", seed=3)
    assert data.class_names == ("cat", "dog", "horse")
    assert torch.bincount(data.train.labels).tolist() == [500, 500, 500]
    assert torch.bincount(data.test.labels).tolist() == [200, 200, 200]
    whole = cnnlab.data.load("cifar10")
    assert torch.equal(data.test.images[data.test.labels == 1], whole.test.images[5::10])
    again = cnnlab.data.load("cifar10-animals", seed=3)
    assert torch.equal(data.train.images, again.train.images)


def test_a_pickle_that_would_run_code_is_refused(serve):
    evil = b"cos\nsystem\n(S'true'\ntR."
    names = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]
    serve("cifar10", {"cifar-10-python.tar.gz": cifar_archive(dict.fromkeys(names, evil))})
    with pytest.raises(DataError, match=r"os\.system"):
        cnnlab.data.load("cifar10")
