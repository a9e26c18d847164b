"""Where cnnlab keeps what outlives a session: progress and downloaded data."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """`~/.cnnlab`, or the folder named by the environment variable CNNLAB_HOME."""
    return Path(os.environ.get("CNNLAB_HOME") or Path.home() / ".cnnlab")


def write_atomically(path: Path, data: bytes) -> None:
    """Writes all of `data` or nothing; nobody ever sees half a file, even on a full disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
