"""The keeper of one kernel: it starts it, watches it, and leaves nothing of it behind.

It speaks with the judge over one socket, a line of JSON a message. If the judge goes, or the warm
parent, so does the kernel.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
import traceback
from typing import Any

from . import leftovers, linux
from .kernel import become_a_kernel
from .meter import Meter
from .order import Order
from .walls import Walls, walls_for

_WATCH_SECONDS = 0.1
_LONGEST_COMPLAINT = 4000


def keep(order: Order, channel: socket.socket) -> None:
    """Runs one kernel until it ends or is ended, and tells the judge how."""
    os.setsid()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    linux.die_with_parent(signal.SIGTERM)
    linux.adopt_orphans()
    channel.setblocking(False)
    walls = walls_for(order)
    ready, told = os.pipe()
    try:
        walls.before_the_guard()
        guard = os.fork()
    except OSError as problem:
        _tell(channel, failed=str(problem))
        return
    if guard == 0:
        os.close(ready)
        channel.close()
        _guard(order, walls, told)
    os.close(told)
    try:
        end = _watch(order, guard, ready, channel)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        leftovers.remove(order)
    _tell(channel, **end)


def _guard(order: Order, walls: Walls, told: int) -> None:
    """Never returns. Ends as the kernel ended: with its exit code, or 128 and its signal."""
    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        linux.die_with_parent(signal.SIGKILL)
        linux.adopt_orphans()
        walls.build()
        bound_here, bound = os.pipe()
        go, go_here = os.pipe()
        kernel = os.fork()
        if kernel == 0:
            os.close(bound_here)
            os.close(go_here)
            become_a_kernel(order, walls, bound, go)
        os.close(bound)
        os.close(go)
        signal.signal(signal.SIGINT, lambda *_: os.killpg(kernel, signal.SIGINT))
        said = os.read(bound_here, _LONGEST_COMPLAINT)
        if said == b"!":
            walls.seal()
            os.write(go_here, b"!")
        os.write(told, said)
        for number in (bound_here, go_here, told):
            os.close(number)
        code = _wait_for(kernel)
    except BaseException:
        os.write(told, traceback.format_exc().encode()[-_LONGEST_COMPLAINT:])
    finally:
        os._exit(code)


def _wait_for(kernel: int) -> int:
    while True:
        pid, status = os.wait()  # orphans come here, too
        if pid == kernel:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _watch(order: Order, guard: int, ready: int, channel: socket.socket) -> dict[str, Any]:
    """How the kernel ended, once it has."""
    ended = os.pidfd_open(guard)
    meter = Meter(order, guard)
    listening = [channel.fileno(), ready, ended]
    while True:
        readable, _, _ = select.select(listening, [], [], _WATCH_SECONDS)
        if ready in readable:
            listening.remove(ready)
            said = os.read(ready, _LONGEST_COMPLAINT)
            if said != b"!":
                return {"failed": said.decode(errors="replace") or "the kernel did not start"}
            _tell(channel, ready=True)
        if ended in readable:
            _, status = os.waitpid(guard, 0)
            return {"ended": "exit", "code": os.waitstatus_to_exitcode(status)}
        if channel.fileno() in readable:
            for request in _requests(channel):
                if request == "end":
                    return {"ended": "asked"}
                if request == "interrupt":
                    os.kill(guard, signal.SIGINT)
                if request == "memory":
                    _tell(channel, memory=meter.memory())
        if too_much := meter.too_much():
            return {"ended": too_much}


def _requests(channel: socket.socket) -> list[str]:
    try:
        received = channel.recv(4096)
    except OSError:
        return ["end"]
    return received.decode().split() if received else ["end"]  # the judge is gone


def _tell(channel: socket.socket, **message: Any) -> None:
    try:
        channel.sendall(json.dumps(message).encode() + b"\n")
    except OSError:  # nobody listens any more
        sys.exit()
