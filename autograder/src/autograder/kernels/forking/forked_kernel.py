"""One forked kernel as the grader sees it: its sockets, whether it lives, and how it ended."""

from __future__ import annotations

import json
import select
import shutil
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import InfrastructureError
from autograder.kernels.inside import kernel_process as ports
from autograder.kernels.inside.isolation import isolation_for
from autograder.kernels.inside.spawn_request import SpawnRequest

_START_SECONDS = 30.0
_END_SECONDS = 20.0
_ANSWER_SECONDS = 5.0


@dataclass(frozen=True)
class End:
    """How a kernel ended: "exit", "asked", "lost", or what it took too much of, such as "memory".

    A lost one went together with its fork server: no learner is at fault.
    """

    why: str
    code: int = 0


class ForkedKernel:
    """A kernel, through the socket of its supervisor. Closing it kills whatever it left."""

    def __init__(self, channel: socket.socket, folder: Path, request: SpawnRequest) -> None:
        self._channel = channel
        self._received = b""
        self._told: dict[str, Any] = {}
        self._end: End | None = None
        self.folder = folder
        self.sockets = folder / "sockets"
        self.sockets_inside = str(isolation_for(request).sockets)
        self.uid = request.uid
        self.connection: dict[str, Any] = {
            "transport": "ipc",
            "ip": str(self.sockets / "s"),
            "shell_port": ports.SHELL,
            "iopub_port": ports.IOPUB,
            "stdin_port": ports.STDIN,
            "control_port": ports.CONTROL,
            "hb_port": ports.HEARTBEAT,
            "key": request.key,
            "signature_scheme": "hmac-sha256",
        }

    def wait_until_ready(self) -> None:
        """Returns when the kernel listens; nothing has run in it then."""
        if self._wait_for("ready", _START_SECONDS) is None:
            said = self._told.get("failed", f"it ended: {self._end}" if self._end else "no answer")
            raise InfrastructureError(
                f"A forked kernel did not start ({said}). Type: autograder doctor"
            )

    def end(self) -> End | None:
        """How it ended, or None while it lives."""
        self._listen(0.0)
        return self._end

    def interrupt(self) -> None:
        self._say("interrupt")

    def kill(self) -> None:
        self._say("end")

    def memory(self) -> int:
        """Bytes that this kernel takes (PSS), of what it shares with others only its part."""
        self._told.pop("memory", None)
        self._say("memory")
        return int(self._wait_for("memory", _ANSWER_SECONDS) or 0)

    def close(self) -> None:
        """Ends the kernel, all that it started, and its folder; safe to call twice."""
        if self._channel.fileno() >= 0:
            if self.end() is None:
                self.kill()
                self._wait_for("ended", _END_SECONDS)
            self._channel.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _say(self, what: str) -> None:
        with suppress(OSError):  # a supervisor that is gone has no need to be told
            self._channel.sendall(f"{what}\n".encode())

    def _wait_for(self, name: str, seconds: float) -> Any:
        until = time.monotonic() + seconds
        while name not in self._told and self._end is None:
            left = until - time.monotonic()
            if left <= 0:
                return None
            self._listen(left)
        return self._told.get(name)

    def _listen(self, seconds: float) -> None:
        """Takes in what the supervisor says within that time."""
        if self._end is not None or not select.select([self._channel], [], [], seconds)[0]:
            return
        try:
            received = self._channel.recv(65536)
        except OSError:
            received = b""
        *lines, self._received = (self._received + received).split(b"\n")
        for line in lines:
            self._told.update(json.loads(line))
        if "ended" in self._told or "failed" in self._told:
            self._end = End(self._told.get("ended", "failed"), self._told.get("code", 0))
        elif not received:
            self._end = End("lost")
