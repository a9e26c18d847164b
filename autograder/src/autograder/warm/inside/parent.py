"""The warm parent: a process that has imported everything, and forks a kernel when asked for one.

It never runs a learner's code, reads nothing from a kernel, and starts no thread: a fork of a
process with threads may hang.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import traceback
from contextlib import suppress

from . import linux
from .imports import import_everything
from .keeper import keep
from .order import Order

_OWNER = 0  # standard input: it ends when whoever started us does
_SECONDS_FOR_AN_ORDER = 10.0


def main(address: str) -> None:
    """Answers orders at the socket `address` until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    places = os.environ["PYTHONPATH"].split(os.pathsep)
    # Started from a folder that learners need not see; they import from these instead.
    sys.path[:] = [place for place in sys.path if place and place != places[0]]
    sys.path += os.environ.pop("IMPORT_FROM").split(os.pathsep)
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    gc.disable()  # searching for garbage would take a fifth of the time to import
    import_everything()
    gc.freeze()  # later collections shall not touch, and so copy, what all kernels share
    gc.enable()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(address)
        listener.listen(64)
        print(json.dumps({"ready": True}), flush=True)
        while True:
            readable, _, _ = select.select([listener.fileno(), _OWNER], [], [])
            if _OWNER in readable:
                _end_all()
                return
            channel, _ = listener.accept()
            with channel:
                _answer(channel, listener)
            _reap()


def _answer(channel: socket.socket, listener: socket.socket) -> None:
    channel.settimeout(_SECONDS_FOR_AN_ORDER)
    try:
        with channel.makefile("rb") as lines:
            line = lines.readline()
    except OSError:
        return
    if not line:  # somebody only asked whether we are alive
        return
    order = Order.from_line(line)
    if (threads := linux.threads()) != 1:
        raise RuntimeError(f"{threads} threads run in the warm parent; a fork could hang")
    if os.fork() == 0:
        _keep_and_leave(order, channel, listener)


def _keep_and_leave(order: Order, channel: socket.socket, listener: socket.socket) -> None:
    code = 1
    try:
        listener.close()
        keep(order, channel)
        code = 0
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(code)


def _end_all() -> None:
    """Ends every kernel, and waits while keepers remove what theirs left."""
    for keeper in linux.children(os.getpid()):
        with suppress(ProcessLookupError):
            os.kill(keeper, signal.SIGTERM)
    with suppress(ChildProcessError):
        while True:
            os.wait()


def _reap() -> None:
    """Keepers that have ended; none is waited for."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue


if __name__ == "__main__":
    main(sys.argv[1])
