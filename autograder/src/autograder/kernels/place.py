"""Where the grader meets a fork server: a folder with a name short enough for its sockets.

Whoever makes one holds a lock on it. A process that is killed lets go of its locks, so that the
next one can tell what was abandoned, and removes it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from autograder.errors import InfrastructureError

# What Linux lets the address of a Unix socket be long, in bytes, less its closing zero.
_LONGEST_ADDRESS = 107
_BELOW = len("/cnnlab-k-01234567/01234567/sockets/s-5")
_PREFIX = "cnnlab-k-"
_USUAL = "/tmp"
_locks: dict[Path, int] = {}


def new_folder() -> Path:
    """A new folder of ours alone: in TMPDIR, or in /tmp where TMPDIR has too long a name."""
    for place in (tempfile.gettempdir(), _USUAL):
        if len(os.fsencode(place)) + _BELOW <= _LONGEST_ADDRESS and os.access(place, os.W_OK):
            _remove_abandoned(Path(place))
            return _new_and_locked(place)
    raise InfrastructureError(
        f"The folder for temporary files, {tempfile.gettempdir()}, has too long a name for the "
        f"sockets of kernels, and {_USUAL} may not be written to. Set TMPDIR to a folder whose "
        f"path has at most {_LONGEST_ADDRESS - _BELOW} bytes."
    )


def remove_folder(folder: Path) -> None:
    """Removes a folder that `new_folder` made, with all that is in it; safe to call twice."""
    shutil.rmtree(folder, ignore_errors=True)
    if (lock := _locks.pop(folder, None)) is not None:
        os.close(lock)


def _new_and_locked(place: str) -> Path:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
        with suppress(FileNotFoundError):
            lock = os.open(folder, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if folder.exists():  # nobody took it for abandoned before it was locked
                _locks[folder] = lock
                return folder
            os.close(lock)


def _remove_abandoned(place: Path) -> None:
    for folder in place.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # it is in use, or no folder at all, or gone
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(lock).st_uid == os.geteuid():
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)
