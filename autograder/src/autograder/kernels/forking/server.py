"""A fork server as the grader sees it: a process that forks kernels of one level on request."""

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
from autograder.kernels.files import copy_files
from autograder.kernels.forking.forked_kernel import ForkedKernel
from autograder.kernels.inside import linux
from autograder.kernels.inside.import_plan import ImportPlan
from autograder.kernels.inside.spawn_request import NAMESPACES, Allowance, SpawnRequest
from autograder.kernels.isolation import view
from autograder.kernels.isolation.level import Level
from autograder.kernels.place import new_folder, remove_folder

START_SECONDS = 120
_SOCKET = "server"


class ServerGone(Exception):
    """The fork server has died, and why if it said so; a new one can be started."""


class ForkServer:
    """Starts at once, in the background; the first `fork` waits until it has imported all."""

    def __init__(self, level: Level, plan: ImportPlan) -> None:
        self._level = level
        self.folder = new_folder()
        self.folder.chmod(0o711)  # other users may pass through to the folder that is theirs
        self._errors = (self.folder / "errors").open("wb")
        address = level.seen_inside(self.folder / _SOCKET)
        program = [view.python(), "-s", "-S", "-m", "inside.fork_server", str(address)]
        self._process = subprocess.Popen(
            level.command(self.folder, program, plan.hides),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={
                **view.environment(),
                "HOME": "/tmp",
                "PYTHONPATH": str(level.place_of_inside()),
                "IMPORT_FROM": os.pathsep.join(map(str, level.import_places())),
                "IMPORT_PLAN": plan.to_text(),
            },
            cwd=self.folder,
            start_new_session=True,
        )
        self._ready = False

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait(self) -> None:
        """Returns once it can fork."""
        if self._ready:
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
            raise ServerGone((said.splitlines() or ["no reason was given"])[-1])
        self._ready = True

    def fork(
        self,
        files: Path | None = None,
        seed: int | None = None,
        allowance: Allowance | None = None,
    ) -> ForkedKernel:
        """A new kernel. `files` is a folder whose content shall lie where it works."""
        self.wait()
        return request_kernel(self.folder, self._level, files, seed, allowance)

    def close(self) -> None:
        """Ends the server, all its kernels, and removes what they wrote."""
        if not self._ready and not self._has_spoken():
            self._kill_while_it_imports()
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
        """Whether it said that it is ready, to whomever."""
        assert self._process.stdout is not None
        return bool(select.select([self._process.stdout], [], [], 0)[0])

    def _kill_while_it_imports(self) -> None:
        """It hears nothing then, and has no kernel yet that must be cleaned up after."""
        if self._process.poll() is not None:  # its number may be another's by now
            return
        for pid in [*linux.descendants(self._process.pid), self._process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def request_kernel(
    shared: Path,
    level: Level,
    files: Path | None = None,
    seed: int | None = None,
    allowance: Allowance | None = None,
) -> ForkedKernel:
    """A kernel from the fork server that listens in the folder `shared`, whoever started it."""
    channel = _connect(shared / _SOCKET)
    uid = level.new_uid()
    folder = shared / secrets.token_hex(4)
    _prepare(folder, files, uid, own_work=level.isolation != NAMESPACES)
    request = SpawnRequest(
        folder=str(level.seen_inside(folder)),
        key=secrets.token_hex(16),
        isolation=level.isolation,
        uid=uid,
        seed=seed,
        allowance=allowance or Allowance(),
    )
    try:
        channel.sendall(request.to_line())
    except OSError:
        channel.close()
        shutil.rmtree(folder, ignore_errors=True)
        raise ServerGone("it does not answer") from None
    return ForkedKernel(channel, folder, request)


def _connect(address: Path) -> socket.socket:
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        channel.connect(str(address))
    except OSError:
        channel.close()
        raise ServerGone("it does not answer") from None
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
