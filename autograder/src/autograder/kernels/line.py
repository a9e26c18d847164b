"""The line on which a learner's end is questioned: quicker than Jupyter's messages.

We listen, and the learner's end calls in: whatever a submission does to the files that it sees, we
never speak to anybody who listens elsewhere. What comes over the line is untrusted.
"""

from __future__ import annotations

import os
import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

# Above what the wire lets an answer be; not imported from there, for that would import torch, and
# the fork server is to start before.
MAX_REPLY_BYTES = 96 * 2**20
_LENGTH = struct.Struct("!Q")
_POLL_SECONDS = 0.2
_CHUNK = 2**20
_T = TypeVar("_T")


class LineLate(Exception):
    """No reply came in time."""


class LineBroken(Exception):
    """The other end hung up."""


class LineFlooded(Exception):
    """The reply is larger than any sensible one."""


class Line:
    """A socket at `place` that waits for calls, and the call that is being held."""

    def __init__(self, place: Path, seen_inside: str, uid: int | None = None) -> None:
        """`seen_inside` is what the learner's end calls `place`; `uid` is who may call."""
        self.seen_inside = seen_inside
        self._listening = socket.socket(socket.AF_UNIX)
        try:
            self._listening.bind(str(place))
            place.chmod(0o600)
            if uid is not None:
                os.chown(place, uid, uid)
            self._listening.listen()
        except BaseException:
            self._listening.close()
            raise
        self._held: socket.socket | None = None

    @property
    def is_held(self) -> bool:
        return self._held is not None

    def accept(self, seconds: float) -> bool:
        """Whether somebody has called within that time."""
        self._listening.settimeout(seconds)
        try:
            self._held, _ = self._listening.accept()
        except TimeoutError:
            return False
        return True

    def ask(self, request: bytes, until: float, check: Callable[[], object]) -> bytes:
        """The reply to `request`. `check` is called now and then, and may raise."""
        left = memoryview(_LENGTH.pack(len(request)) + request)
        while left:
            left = left[self._try(_sending(left), until, check) :]
        (size,) = _LENGTH.unpack(self._receive(_LENGTH.size, until, check))
        if size > MAX_REPLY_BYTES:
            raise LineFlooded
        return self._receive(size, until, check)

    def hang_up(self) -> None:
        """Ends the call; the next one can be accepted."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def close(self) -> None:
        self.hang_up()
        self._listening.close()

    def _receive(self, size: int, until: float, check: Callable[[], object]) -> bytes:
        received = memoryview(bytearray(size))
        left = received
        while left:
            taken = self._try(_receiving(left), until, check)
            if not taken:
                raise LineBroken
            left = left[taken:]
        return bytes(received)

    def _try(
        self, step: Callable[[socket.socket], _T], until: float, check: Callable[[], object]
    ) -> _T:
        """What one step of the call gives, as soon as the other end lets it happen."""
        while True:
            check()
            left = until - time.monotonic()
            if left <= 0:
                raise LineLate
            if self._held is None:
                raise LineBroken
            self._held.settimeout(min(left, _POLL_SECONDS))
            try:
                return step(self._held)
            except TimeoutError:
                continue
            except ConnectionError:
                raise LineBroken from None


def _sending(data: memoryview) -> Callable[[socket.socket], int]:
    return lambda call: call.send(data[:_CHUNK])


def _receiving(place: memoryview) -> Callable[[socket.socket], int]:
    return lambda call: call.recv_into(place[:_CHUNK])
