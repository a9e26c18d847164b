"""The supervisor of one kernel: it starts it, watches it, and leaves nothing of it behind.

It speaks with the grader over one socket, a line of JSON a message. If the grader goes, or the fork
server, so does the kernel.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
from typing import Any

from . import cleanup, linux
from .init import LONGEST_COMPLAINT, STARTED, run_init
from .isolation import isolation_for
from .meter import Meter
from .spawn_request import SpawnRequest

_WATCH_SECONDS = 0.1


def supervise(request: SpawnRequest, channel: socket.socket) -> None:
    """Runs one kernel until it ends or is ended, and tells the grader how."""
    os.setsid()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    linux.die_with_parent(signal.SIGTERM)
    linux.adopt_orphans()
    channel.setblocking(False)
    isolation = isolation_for(request)
    started, report = os.pipe()
    try:
        isolation.before_init()
        init = os.fork()
    except OSError as problem:
        _tell(channel, failed=str(problem))
        return
    if init == 0:
        os.close(started)
        channel.close()
        run_init(request, isolation, report)
    os.close(report)
    try:
        end = _watch(request, init, started, channel)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        cleanup.remove(request)
    _tell(channel, **end)


def _watch(
    request: SpawnRequest, init: int, started: int, channel: socket.socket
) -> dict[str, Any]:
    """How the kernel ended, once it has."""
    ended = os.pidfd_open(init)
    meter = Meter(request, init)
    listening = [channel.fileno(), started, ended]
    while True:
        readable, _, _ = select.select(listening, [], [], _WATCH_SECONDS)
        if started in readable:
            listening.remove(started)
            said = os.read(started, LONGEST_COMPLAINT)
            if said != STARTED:
                return {"failed": said.decode(errors="replace") or "the kernel did not start"}
            _tell(channel, ready=True)
        if ended in readable:
            _, status = os.waitpid(init, 0)
            return {"ended": "exit", "code": os.waitstatus_to_exitcode(status)}
        if channel.fileno() in readable:
            for command in _commands(channel):
                if command == "end":
                    return {"ended": "asked"}
                if command == "interrupt":
                    os.kill(init, signal.SIGINT)
                if command == "memory":
                    _tell(channel, memory=meter.memory())
        if too_much := meter.too_much():
            return {"ended": too_much}


def _commands(channel: socket.socket) -> list[str]:
    try:
        received = channel.recv(4096)
    except OSError:
        return ["end"]
    return received.decode().split() if received else ["end"]  # the grader is gone


def _tell(channel: socket.socket, **message: Any) -> None:
    try:
        channel.sendall(json.dumps(message).encode() + b"\n")
    except OSError:  # nobody listens any more
        sys.exit()
