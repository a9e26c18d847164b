"""One file over an unreliable network: continue where it broke off, and leave who is slow.

A file grows in `<name>.part`. Nothing here decides whether its bytes are right; `store` does.
"""

from __future__ import annotations

import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import BinaryIO

from cnnlab.data.downloads.sources import RemoteFile
from cnnlab.data.errors import DataError

BLOCK = 1 << 16
# Answers that a second attempt will not change.
FINAL_ANSWERS = (400, 401, 403, 404, 405, 410, 451)
PAST_THE_END = 416
# How far the size a mirror offers may lie from the listed one before it is surely another file.
ALIKE = 1.5


@dataclass(frozen=True)
class Patience:
    """How long to put up with a mirror. Speeds in bytes a second, times in seconds."""

    silence: float = 15.0  # no byte for so long: the connection is dead
    judged_every: float = 8.0  # speed is judged over this long
    slow: float = 200_000.0  # below this, another mirror is tried first
    hopeless: float = 2_000.0  # below this, waiting makes no sense even without another mirror
    fruitless_tries: int = 2  # connections in a row that bring nothing
    connections: int = 60  # connections altogether
    pause: float = 1.0  # before connecting again


class MirrorFailedError(Exception):
    """This mirror will not deliver; the text says why."""


class MirrorSlowError(Exception):
    """This mirror works, but slower than is worth it while others are untried."""

    def __init__(self, speed: float) -> None:
        super().__init__(f"only {speed / 1000:,.0f} kB/s")
        self.speed = speed


class DiskError(DataError):
    """The file cannot be written here; another mirror would not help."""


@dataclass
class Transfer:
    """Bring one file from one mirror after another into `part`.

    `on_progress` is called with the number of bytes present after each block.
    """

    file: RemoteFile
    part: Path
    patience: Patience
    on_progress: Callable[[int], None]
    size: int = 0  # what the mirrors say, or else the list; the hash alone decides what is right

    def __post_init__(self) -> None:
        self.size = self.file.bytes

    @property
    def have(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def run(self, url: str, *, may_leave: bool) -> None:
        """Complete the part from this mirror, reconnecting as often as that helps.

        With `may_leave`, a slow mirror raises MirrorSlowError. What arrived so far stays.
        """
        if self.have > self.size:
            self.part.unlink()  # longer than the file can be: not ours
        fruitless = 0
        for _ in range(self.patience.connections):
            before = self.have
            if before == self.size:
                return
            try:
                self._connect(url, may_leave)
                reason = "the connection ended too early"
            except urllib.error.HTTPError as error:
                reason = f"the server answered {error.code} {error.reason}"
                if error.code == PAST_THE_END:
                    self.part.unlink(missing_ok=True)  # what was here is longer than its file
                if error.code in FINAL_ANSWERS:
                    raise MirrorFailedError(reason) from error
            except (OSError, HTTPException, ValueError) as error:
                reason = _in_words(error)
            fruitless = 0 if self.have > before else fruitless + 1
            if fruitless >= self.patience.fruitless_tries:
                raise MirrorFailedError(reason)
            if self.have < self.size:
                time.sleep(self.patience.pause)
        raise MirrorFailedError(f"broke off {self.patience.connections} times")

    def _connect(self, url: str, may_leave: bool) -> None:
        have = self.have
        # The archive itself is wanted, not a packed form of it that the server makes up.
        headers = {"User-Agent": "cnnlab", "Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
        request = urllib.request.Request(url, headers=headers)
        with urllib.request.urlopen(
            request, timeout=self.patience.silence, context=_tls()
        ) as response:
            self._receive(response, self._bytes_to_skip(response, have), may_leave)

    def _bytes_to_skip(self, response: HTTPResponse, have: int) -> int:
        """How many bytes of the answer we already hold; checks that it is our file at all."""
        offered = response.headers.get("Content-Length")
        if response.status == 206:
            span = response.headers.get("Content-Range", "")
            if not span.startswith(f"bytes {have}-"):
                raise MirrorFailedError(f"asked for bytes from {have}, it offers {span!r}")
            self._offered(span.rpartition("/")[2])
            return 0
        self._offered(offered or "")
        return have  # this server cannot continue: read past what is already here

    def _offered(self, size: str) -> None:
        """Take the mirror's word for the size, unless it cannot be the same file."""
        if not size.isdigit():
            return
        listed = self.file.bytes
        if not listed / ALIKE <= int(size) <= listed * ALIKE:
            raise MirrorFailedError(
                f"it offers {int(size):,} bytes instead of {listed:,}: not this file"
            )
        self.size = int(size)

    def _receive(self, response: HTTPResponse, skip: int, may_leave: bool) -> None:
        since, received = time.monotonic(), 0
        with _appending(self.part) as out:
            while block := response.read1(BLOCK):
                received += len(block)
                new, skip = block[skip:], max(0, skip - len(block))
                room = self.size - out.tell()
                if len(new) > room:
                    raise MirrorFailedError("it sends more bytes than the file has")
                _write(out, new, self.part)
                self.on_progress(out.tell())
                elapsed = time.monotonic() - since
                if elapsed >= self.patience.judged_every:
                    self._judge(received / elapsed, may_leave)
                    since, received = time.monotonic(), 0

    def _judge(self, speed: float, may_leave: bool) -> None:
        if speed < self.patience.hopeless:
            raise MirrorFailedError(f"only {speed:,.0f} bytes a second")
        if may_leave and speed < self.patience.slow:
            raise MirrorSlowError(speed)


def _appending(path: Path) -> BinaryIO:
    try:
        return path.open("ab")
    except OSError as error:
        raise _disk_error(error, path) from error


def _write(out: BinaryIO, block: bytes, path: Path) -> None:
    try:
        out.write(block)
        out.flush()  # so that a full disk shows here and not when the file is closed
    except OSError as error:
        raise _disk_error(error, path) from error


def _disk_error(error: OSError, path: Path) -> DiskError:
    return DiskError(
        f"{path} cannot be written: {error.strerror}.\n"
        "Free some space, or choose another place with the setting CNNLAB_HOME, for example\n"
        "  export CNNLAB_HOME=/path/with/space\n"
        "What was downloaded so far is kept and will be continued."
    )


def _tls() -> ssl.SSLContext:
    """The system's certificates and, where installed, certifi's: python.org's Python for macOS
    comes without any of its own."""
    context = ssl.create_default_context()
    try:
        import certifi
    except ImportError:
        return context
    context.load_verify_locations(certifi.where())
    return context


def _in_words(error: Exception) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    if isinstance(cause, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(cause, ssl.SSLError):
        return f"no secure connection ({cause.reason or cause})"
    return str(getattr(cause, "strerror", None) or cause or type(error).__name__)
