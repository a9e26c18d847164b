"""Where cnnlab keeps what outlives a session: progress and downloaded data."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

HOME_SETTING = "CNNLAB_HOME"
UNFINISHED = ".tmp"  # how the name of a file ends while it is written; it begins with a dot


def home() -> Path:
    """`~/.cnnlab`, or the folder named by the environment variable CNNLAB_HOME.

    >>> from unittest.mock import patch
    >>> with patch.dict(os.environ, CNNLAB_HOME=" ~/course "):
    ...     home() == Path.home() / "course"
    True
    """
    return Path(os.environ.get(HOME_SETTING, "").strip() or "~/.cnnlab").expanduser()


def write_atomically(path: Path, data: bytes) -> None:
    """Writes all of `data` or nothing; nobody ever sees half a file, even on a full disk."""
    with open_atomically(path) as file:
        file.write(data)


@contextmanager
def open_atomically(path: Path) -> Iterator[BinaryIO]:
    """A file to write that becomes `path` when the block ends well, and else is gone.

    Readers see the old file or the new one, also after the power failed. The new one is open to
    whom the old one was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}{UNFINISHED}")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            temporary.chmod(path.stat().st_mode)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
