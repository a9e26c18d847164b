"""Whether a file is the one that the list of mirrors names."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from pathlib import Path
from typing import BinaryIO

from cnnlab.data.downloads.sources import RemoteFile

BLOCK = 1 << 20


def is_right(path: Path, file: RemoteFile) -> bool:
    """Whether the file is there with the right hash; the listed size is only a guide.

    Where the list knows the hash of what is packed inside, another compression of the same bytes
    is as good: mirrors and distributions pack anew.
    """
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        if _digest(stream, file.hash) == _digits(file.hash):
            return True
    return file.unpacked is not None and _holds(path, file.unpacked)


def _holds(path: Path, expected: str) -> bool:
    try:
        with gzip.open(path) as stream:
            return _digest(stream, expected) == _digits(expected)
    except (OSError, EOFError, zlib.error):  # no gzip file, cut short, or damaged
        return False


def _digest(stream: BinaryIO | gzip.GzipFile, like: str) -> str:
    digest = hashlib.new(like.partition(":")[0], usedforsecurity=False)
    while block := stream.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _digits(text: str) -> str:
    return text.partition(":")[2].lower()
