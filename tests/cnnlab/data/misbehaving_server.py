"""An HTTP server on 127.0.0.1 that fails in the ways real mirrors do."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Looks the path up in the server's behaviours; every request is noted."""

    server: MisbehavingServer

    def do_GET(self) -> None:
        self.server.requests.append((self.path, self.headers.get("Range")))
        behaviour = self.server.behaviours.get(self.path)
        if behaviour is None:
            self.send_error(404)
            return
        # A client may hang up at any time; that is no failure of the server's.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            behaviour(self)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test output clean."""

    def wanted_start(self) -> int:
        asked = self.headers.get("Range")
        return int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0

    def head(self, content: bytes, *, ranges: bool = True) -> bytes:
        """Send status and headers; return what the body should be."""
        start = self.wanted_start() if ranges else 0
        if start:
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        return content[start:]


class MisbehavingServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviours: dict[str, Behaviour] = {}
        self.requests: list[tuple[str, str | None]] = []
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def add(self, path: str, behaviour: Behaviour) -> str:
        self.behaviours[path] = behaviour
        return f"http://127.0.0.1:{self.server_port}{path}"

    def ranges_asked(self, path: str) -> list[str | None]:
        return [asked for where, asked in self.requests if where == path]


def good(content: bytes) -> Behaviour:
    return lambda h: _send(h, h.head(content))


def cannot_continue(content: bytes) -> Behaviour:
    """Ignores the wish for a range and always begins at the first byte."""
    return lambda h: _send(h, h.head(content, ranges=False))


def cuts_after(count: int, content: bytes) -> Behaviour:
    """Promises everything, sends `count` bytes, hangs up."""
    return lambda h: _send(h, h.head(content)[:count])


def slow(content: bytes, block: int, pause: float) -> Behaviour:
    def behave(h: Handler) -> None:
        body = h.head(content)
        for start in range(0, len(body), block):
            _send(h, body[start : start + block])
            h.wfile.flush()
            time.sleep(pause)

    return behave


def answers(status: int) -> Behaviour:
    return lambda h: h.send_error(status)


def redirects_to(url: str) -> Behaviour:
    def behave(h: Handler) -> None:
        h.send_response(302)
        h.send_header("Location", url)
        h.end_headers()

    return behave


def says_nothing(seconds: float) -> Behaviour:
    return lambda h: time.sleep(seconds)


def wrong_range(content: bytes) -> Behaviour:
    """Claims to continue, but from another place."""

    def behave(h: Handler) -> None:
        h.send_response(206)
        h.send_header("Content-Range", f"bytes 1-{len(content) - 1}/{len(content)}")
        h.send_header("Content-Length", str(len(content) - 1))
        h.end_headers()
        _send(h, content[1:])

    return behave


def endless(content: bytes) -> Behaviour:
    """No length given, and more bytes than the file has."""

    def behave(h: Handler) -> None:
        h.send_response(200)
        h.end_headers()
        _send(h, content + b"more")

    return behave


def _send(h: Handler, body: bytes) -> None:
    h.wfile.write(body)
