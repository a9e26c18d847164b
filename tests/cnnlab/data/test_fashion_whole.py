"""All of Fashion-MNIST: from the system's folder, the cache or the network, however packed."""

from __future__ import annotations

import gzip
import hashlib
import socket
import struct
from pathlib import Path

import misbehaving_server as mirror
import numpy as np
import pytest
import torch

import cnnlab.data
from cnnlab.data.downloads import store, system
from cnnlab.data.downloads.sources import find_source
from cnnlab.data.downloads.store import DownloadError

NAMES = [file.name for file in find_source("fashion-mnist").files]


def idx(values: np.ndarray) -> bytes:
    sizes = struct.pack(f">{values.ndim}I", *values.shape)
    return struct.pack(">BBBB", 0, 0, 8, values.ndim) + sizes + values.tobytes()


@pytest.fixture(scope="module")
def unpacked() -> dict[str, bytes]:
    """Four files of the same form, of thirty and ten pictures."""
    rng = np.random.default_rng(0)
    return {
        name: idx(
            rng.integers(
                0,
                256 if "images" in name else 10,
                (30 if "train" in name else 10, *([28, 28] if "images" in name else [])),
                dtype=np.uint8,
            )
        )
        for name in NAMES
    }


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """The system's folder, empty."""
    monkeypatch.setattr(system, "DATASETS", tmp_path / "datasets")
    return tmp_path / "datasets" / "fashion-mnist"


@pytest.fixture
def server():
    with mirror.MisbehavingServer() as server:
        yield server
        server.shutdown()


@pytest.fixture
def listed(unpacked, folder, tmp_path, monkeypatch, server):
    """A list of mirrors for these files, which serves what is put into the answer."""
    served: dict[str, bytes] = {}

    def write() -> None:
        text = '[fashion-mnist]\ninstead = "fashion-mnist-small"\ndebian = "dataset-of-clothing"\n'
        for name, content in unpacked.items():
            packed = gzip.compress(content, 9)
            url = closed_port()
            if name in served:
                url = server.add(f"/{name}", mirror.good(served[name]))
            text += (
                f'[[fashion-mnist.files]]\nname = "{name}"\nbytes = {len(packed)}\n'
                f'hash = "md5:{hashlib.md5(packed).hexdigest()}"\n'
                f'unpacked = "md5:{hashlib.md5(content).hexdigest()}"\nurls = ["{url}"]\n'
            )
        (tmp_path / "mirrors.toml").write_text(text)

    monkeypatch.setenv("CNNLAB_MIRRORS", str(tmp_path / "mirrors.toml"))
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(store, "Patience", lambda: mirror_patience())
    write()

    def serve(files: dict[str, bytes]) -> None:
        served.update(files)
        write()

    return serve


def mirror_patience():
    from cnnlab.data.downloads.transfer import Patience

    return Patience(pause=0, fruitless_tries=1)


def closed_port() -> str:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{s.getsockname()[1]}/"


def packed_anew(content: bytes) -> bytes:
    """As Debian did: the same bytes inside, others outside."""
    return gzip.compress(content, compresslevel=1, mtime=7)


def fill(folder: Path, unpacked: dict[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for name, content in unpacked.items():
        (folder / name).write_bytes(packed_anew(content))


def assert_whole(data, unpacked) -> None:
    assert (len(data.train), len(data.test)) == (30, 10)
    pixels = b"".join(image.numpy().tobytes() for image in data.test.images)
    assert pixels == unpacked["t10k-images-idx3-ubyte.gz"][16:]


def test_the_systems_folder_comes_before_the_network(listed, folder, unpacked, tmp_path):
    fill(folder, unpacked)
    assert_whole(cnnlab.data.load("fashion-mnist"), unpacked)
    assert not (tmp_path / "home").exists()


def test_a_mirror_may_have_packed_the_files_anew(listed, unpacked, tmp_path):
    listed({name: packed_anew(content) for name, content in unpacked.items()})
    assert_whole(cnnlab.data.load("fashion-mnist"), unpacked)
    kept = sorted(p.name for p in (tmp_path / "home" / "data" / "fashion-mnist").iterdir())
    assert kept == sorted(NAMES)
    listed(dict.fromkeys(NAMES, b"gone"))
    assert_whole(cnnlab.data.load("fashion-mnist"), unpacked)  # from the cache


@pytest.mark.parametrize("damage", ["cut short", "other content", "no gzip", "one is missing"])
def test_damaged_files_of_the_system_are_passed_over(listed, folder, unpacked, damage):
    fill(folder, unpacked)
    file = folder / NAMES[0]
    if damage == "cut short":
        file.write_bytes(file.read_bytes()[:-40])
    elif damage == "other content":
        file.write_bytes(gzip.compress(b"\0" * 100))
    elif damage == "no gzip":
        file.write_bytes(b"<html>")
    else:
        file.unlink()
    with pytest.raises(DownloadError) as caught:
        cnnlab.data.load("fashion-mnist")
    assert "sudo apt-get install --reinstall dataset-of-clothing" in str(caught.value)
    listed({name: packed_anew(content) for name, content in unpacked.items()})
    assert_whole(cnnlab.data.load("fashion-mnist"), unpacked)


def test_where_nothing_can_be_had_the_message_names_the_subset_and_the_package(listed):
    with pytest.raises(DownloadError) as caught:
        cnnlab.data.load("fashion-mnist")
    text = str(caught.value)
    assert 'cnnlab.data.load("fashion-mnist-small")' in text
    assert "sudo apt-get install dataset-of-clothing" in text


def test_what_is_named_as_a_substitute_loads(monkeypatch):
    assert len(cnnlab.data.load(find_source("fashion-mnist").instead).train) == 10_000


def test_half_a_download_is_continued_or_thrown_away(listed, unpacked, tmp_path):
    listed({name: packed_anew(content) for name, content in unpacked.items()})
    folder = tmp_path / "home" / "data" / "fashion-mnist"
    folder.mkdir(parents=True)
    half = packed_anew(unpacked[NAMES[0]])
    (folder / f"{NAMES[0]}.part").write_bytes(half[: len(half) // 2])
    (folder / NAMES[1]).write_bytes(b"damaged")
    assert_whole(cnnlab.data.load("fashion-mnist"), unpacked)


def test_the_list_says_that_the_system_has_it(listed, folder, unpacked, capsys):
    from cnnlab.command import main

    main(["data"])
    assert "from a system package" not in capsys.readouterr().out
    fill(folder, unpacked)
    main(["data"])
    assert "from a system package" in capsys.readouterr().out


def test_debians_files_are_the_originals_and_hold_the_subset(monkeypatch, tmp_path):
    """Where the package is not installed, the subset is all there is to look at."""
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path))
    monkeypatch.delenv("CNNLAB_MIRRORS", raising=False)
    installed = system.system_folder(find_source("fashion-mnist")) is not None
    small = cnnlab.data.load("fashion-mnist-small")
    whole = cnnlab.data.load("fashion-mnist") if installed else small
    assert list(tmp_path.iterdir()) == []
    assert torch.bincount(whole.train.labels).tolist() == [6_000 if installed else 1_000] * 10
    assert torch.bincount(whole.test.labels).tolist() == [1_000 if installed else 200] * 10
    assert whole.class_names == small.class_names
    for part in ("train", "test"):
        a, b = getattr(whole, part), getattr(small, part)
        known = {
            image.numpy().tobytes(): label
            for image, label in zip(a.images, a.labels.tolist(), strict=True)
        }
        labels = [known[image.numpy().tobytes()] for image in b.images]
        assert labels == b.labels.tolist()
