"""Messages to and from a kernel, over Jupyter's protocol; what it sends is untrusted."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import zmq
from jupyter_client.session import Session

_MAX_SHELL_BYTES = 96 * 2**20
MAX_OUTPUT_BYTES = 16 * 2**20
# As many messages wait on our side at most: with those that are largest, this much memory.
_WAITING_OUTPUTS = 32
_RETRY_SECONDS = 0.05
# Sockets hold far more than we ever send, and we read only what is there. Should one block all the
# same, we are not to wait forever.
_STUCK_SECONDS = 10.0


class Stuck(Exception):
    """The kernel has taken nothing of what we sent for too long."""


@dataclass(frozen=True)
class Message:
    """One message of a kernel, and how many bytes it came in."""

    channel: str
    kind: str
    parent: str
    content: dict[str, Any]
    size: int
    raw: dict[str, Any]


class Channels:
    """The sockets of one kernel. A message too large to be sensible never arrives."""

    def __init__(self, connection: Mapping[str, Any]) -> None:
        key = connection["key"]
        self._session = Session(key=key.encode() if isinstance(key, str) else key)
        self._shell = self._connect(connection, "shell_port", zmq.DEALER, _MAX_SHELL_BYTES)
        self._connection = connection
        self._iopub = self._listen()
        self._poller = zmq.Poller()
        self._poller.register(self._shell, zmq.POLLIN)
        self._poller.register(self._iopub, zmq.POLLIN)

    def listen_again(self, seconds: float) -> None:
        """Opens the channel of outputs anew: one message that is too large closes it for good."""
        self._poller.unregister(self._iopub)
        self._iopub.close()
        self._iopub = self._listen()
        self._poller.register(self._iopub, zmq.POLLIN)
        self.greet(seconds)

    def _listen(self) -> zmq.Socket[bytes]:
        socket = self._connect(self._connection, "iopub_port", zmq.SUB, MAX_OUTPUT_BYTES)
        socket.subscribe(b"")
        return socket

    def _connect(
        self, connection: Mapping[str, Any], port: str, kind: int, largest: int
    ) -> zmq.Socket[bytes]:
        socket: zmq.Socket[bytes] = zmq.Context.instance().socket(kind)
        socket.linger = 0
        socket.sndtimeo = socket.rcvtimeo = int(_STUCK_SECONDS * 1000)
        socket.setsockopt(zmq.MAXMSGSIZE, largest)
        socket.setsockopt(zmq.RCVHWM, _WAITING_OUTPUTS)
        socket.connect(f"ipc://{connection['ip']}-{connection[port]}")
        return socket

    def greet(self, seconds: float) -> bool:
        """Whether the kernel answers on both channels within that time."""
        until = time.monotonic() + seconds
        heard: set[str] = set()
        while time.monotonic() < until:
            try:
                self.send("kernel_info_request", {})
            except Stuck:
                return False
            again = time.monotonic() + _RETRY_SECONDS
            while (left := again - time.monotonic()) > 0:
                if message := self.receive(left):
                    heard.add(message.channel)
                if len(heard) == 2:
                    return True
        return False

    def send(self, kind: str, content: dict[str, Any]) -> str:
        """Returns the id by which answers refer to this message."""
        try:
            message = self._session.send(self._shell, kind, content)
        except zmq.Again:
            raise Stuck from None
        assert message is not None
        return str(message["header"]["msg_id"])

    def receive(self, seconds: float) -> Message | None:
        """The next message, if one comes in time and is one."""
        ready = dict(self._poller.poll(max(0, int(seconds * 1000))))
        for name, socket in (("iopub", self._iopub), ("shell", self._shell)):
            if socket in ready:
                with suppress(zmq.Again):
                    return self._read(name, socket.recv_multipart())
        return None

    def _read(self, channel: str, parts: list[bytes]) -> Message | None:
        try:
            _, signed = self._session.feed_identities(parts)
            raw = self._session.deserialize(signed)
            kind, parent, content = raw["msg_type"], raw["parent_header"], raw["content"]
            if not isinstance(content, dict):
                return None
            size = sum(map(len, parts))
            return Message(channel, str(kind), str(parent.get("msg_id")), content, size, raw)
        except Exception:  # not a message, or one made to look like none: nobody asked for it
            return None

    def close(self) -> None:
        self._shell.close()
        self._iopub.close()
