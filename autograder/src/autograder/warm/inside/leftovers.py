"""After a submission: every process that it left is killed, every file of its user removed."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from . import linux
from .order import USER, Order

_SHARED = ("/tmp", "/var/tmp", "/dev/shm")
_PATIENCE_SECONDS = 10.0


def remove(order: Order) -> None:
    """In the keeper. With namespaces, the guard takes all files and processes with it."""
    user = order.uid if order.walls == USER else None
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
    while (tree := linux.descendants(os.getpid())) and time.monotonic() < until:
        for number in (signal.SIGSTOP, signal.SIGKILL):  # who is stopped starts no others
            for pid in tree:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
        _reap()
        time.sleep(0.002)


def _reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue


def _remove_files_of(uid: int) -> None:
    for folder in _SHARED:
        for place, folders, files in os.walk(folder, topdown=False, followlinks=False):
            for name in [*files, *folders]:
                path = Path(place, name)
                with suppress(OSError):
                    if path.lstat().st_uid != uid:
                        continue
                    if path.is_dir() and not path.is_symlink():
                        path.rmdir()
                    else:
                        path.unlink()
