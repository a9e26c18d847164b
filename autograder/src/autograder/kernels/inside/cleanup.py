"""After a submission: every process that it left is killed, every file of its user removed."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from . import linux
from .spawn_request import USER, SpawnRequest

_SHARED = ("/tmp", "/var/tmp", "/dev/shm")
_PATIENCE_SECONDS = 10.0
_BETWEEN_ROUNDS_SECONDS = 0.02  # many need the processor to end
_A_CHILD_ENDED = {signal.SIGCHLD}


def remove(request: SpawnRequest) -> None:
    """In the supervisor. With namespaces, all files and processes go with init."""
    user = request.uid if request.isolation == USER else None
    if user is not None:
        _kill_all_of_user(user)
    _kill_tree()
    if user is not None:
        _remove_files_of(user)


def _kill_all_of_user(uid: int) -> None:
    """In one stroke, so that no process can start another meanwhile."""
    pid = os.fork()
    if pid == 0:
        os.setresuid(uid, uid, uid)
        with suppress(OSError):
            os.kill(-1, signal.SIGKILL)
        os._exit(0)
    os.waitpid(pid, 0)


def _kill_tree() -> None:
    """All descendants of this process; orphans are among them, for it adopts them."""
    until = time.monotonic() + _PATIENCE_SECONDS
    signal.pthread_sigmask(signal.SIG_BLOCK, _A_CHILD_ENDED)  # it waits until we ask for it
    while (tree := linux.descendants(os.getpid())) and time.monotonic() < until:
        for number in (signal.SIGSTOP, signal.SIGKILL):  # who is stopped starts no others
            for pid in tree:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
        signal.sigtimedwait(_A_CHILD_ENDED, _BETWEEN_ROUNDS_SECONDS)
        _reap()


def _reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue


def bytes_of_user(uid: int) -> int:
    """What a user's files take in the places where everybody may write."""
    entries = [entry for folder in _SHARED for entry in _entries_of(uid, folder)]
    return sum(map(bytes_below, entries))


def bytes_below(place: Path) -> int:
    """What a file, or all in a folder, takes."""
    total = 0
    for path in [place, *(place.rglob("*") if place.is_dir() else [])]:
        with suppress(OSError):
            total += path.lstat().st_size
    return total


def _remove_files_of(uid: int) -> None:
    for folder in _SHARED:
        for entry in list(_entries_of(uid, folder)):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)


def _entries_of(uid: int, folder: str | Path) -> Iterator[Path]:
    """The topmost files and folders of a user: it could make some only where everybody can."""
    with suppress(OSError):
        for entry in Path(folder).iterdir():
            status = entry.lstat()
            if status.st_uid == uid:
                yield entry
            elif stat.S_ISDIR(status.st_mode) and status.st_mode & stat.S_IWOTH:
                yield from _entries_of(uid, entry)
