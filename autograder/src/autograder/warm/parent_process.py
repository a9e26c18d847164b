"""A warm parent as the judge sees it: a process from which to order kernels of one level."""

from __future__ import annotations

import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

from autograder.errors import InfrastructureError
from autograder.sandbox import view
from autograder.sandbox.level import Level
from autograder.warm.files import copy_files
from autograder.warm.fork import Fork
from autograder.warm.inside import linux
from autograder.warm.inside.order import NAMESPACES, Allowance, Order
from autograder.warm.place import new_folder, remove_folder

START_SECONDS = 120
_SOCKET = "parent"


class ParentGone(Exception):
    """The warm parent has died, and why if it said so; a new one can be started."""


class WarmParent:
    """Starts at once, in the background; the first `fork` waits until it is warm."""

    def __init__(self, level: Level) -> None:
        self._level = level
        self.folder = new_folder()
        self.folder.chmod(0o711)  # other users may pass through to the folder that is theirs
        self._errors = (self.folder / "errors").open("wb")
        address = level.seen_inside(self.folder / _SOCKET)
        program = [view.python(), "-s", "-S", "-m", "inside.parent", str(address)]
        self._process = subprocess.Popen(
            level.command(self.folder, program),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={
                **view.environment(),
                "HOME": "/tmp",
                "PYTHONPATH": str(level.place_of_inside()),
                "IMPORT_FROM": os.pathsep.join(map(str, level.import_places())),
            },
            cwd=self.folder,
            start_new_session=True,
        )
        self._warm = False

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait(self) -> None:
        """Returns once it is warm."""
        if self._warm:
            return
        told = self._process.stdout
        assert told is not None
        if not select.select([told], [], [], START_SECONDS)[0]:
            raise InfrastructureError(
                "The process from which kernels are forked was not ready after "
                f"{START_SECONDS} s. Is this machine very busy? Type: autograder doctor"
            )
        if not told.readline():
            said = (self.folder / "errors").read_text(errors="replace").strip()
            raise ParentGone((said.splitlines() or ["no reason was given"])[-1])
        self._warm = True

    def fork(
        self,
        files: Path | None = None,
        seed: int | None = None,
        allowance: Allowance | None = None,
    ) -> Fork:
        """A new kernel. `files` is a folder whose content shall lie where it works."""
        self.wait()
        return order_kernel(self.folder, self._level, files, seed, allowance)

    def close(self) -> None:
        """Ends the parent, all its kernels, and removes what they wrote."""
        if not self._warm and not self._has_spoken():
            self._kill_unborn()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()
        remove_folder(self.folder)

    def _has_spoken(self) -> bool:
        """Whether it said that it is warm, to whomever."""
        assert self._process.stdout is not None
        return bool(select.select([self._process.stdout], [], [], 0)[0])

    def _kill_unborn(self) -> None:
        """While it imports it hears nothing, and there is no kernel of its to be wiped."""
        for pid in [*linux.descendants(self._process.pid), self._process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def order_kernel(
    shared: Path,
    level: Level,
    files: Path | None = None,
    seed: int | None = None,
    allowance: Allowance | None = None,
) -> Fork:
    """A kernel from the warm parent that listens in the folder `shared`, whoever started it."""
    channel = _connect(shared / _SOCKET)
    uid = level.new_uid()
    folder = shared / secrets.token_hex(4)
    _prepare(folder, files, uid, own_work=level.walls != NAMESPACES)
    order = Order(
        folder=str(level.seen_inside(folder)),
        key=secrets.token_hex(16),
        walls=level.walls,
        uid=uid,
        seed=seed,
        allowance=allowance or Allowance(),
    )
    try:
        channel.sendall(order.to_line())
    except OSError:
        channel.close()
        shutil.rmtree(folder, ignore_errors=True)
        raise ParentGone("it does not answer") from None
    return Fork(channel, folder, order)


def _connect(address: Path) -> socket.socket:
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        channel.connect(str(address))
    except OSError:
        channel.close()
        raise ParentGone("it does not answer") from None
    return channel


def _prepare(folder: Path, files: Path | None, uid: int | None, own_work: bool) -> None:
    """The kernel's folder: sockets/ and home/ are its to write, and work/ if it works there."""
    for name in ("sockets", "home", "work"):
        (folder / name).mkdir(parents=True)
    folder.chmod(0o711)
    if files is not None:
        copy_files(files, folder / "work")
    if uid is None:
        return
    mine = [folder / "sockets", folder / "home"]
    if own_work:
        mine += [folder / "work", *(folder / "work").rglob("*")]
    for path in mine:
        os.chown(path, uid, uid)
