"""The fork server: a process that has imported everything, and forks a kernel on request.

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
from .import_plan import ImportPlan
from .preload import import_everything
from .spawn_request import SpawnRequest
from .supervisor import supervise

_OWNER = 0  # standard input: it ends when whoever started us does
_SECONDS_FOR_A_REQUEST = 10.0


def main(address: str) -> None:
    """Answers spawn requests at the socket `address` until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    places = os.environ["PYTHONPATH"].split(os.pathsep)
    # Started from a folder that learners need not see; they import from these instead.
    sys.path[:] = [place for place in sys.path if place and place != places[0]]
    sys.path += os.environ.pop("IMPORT_FROM").split(os.pathsep)
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    gc.disable()  # searching for garbage would take a fifth of the time to import
    import_everything(ImportPlan.from_text(os.environ.pop("IMPORT_PLAN")))
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
    channel.settimeout(_SECONDS_FOR_A_REQUEST)
    try:
        with channel.makefile("rb") as lines:
            line = lines.readline()
    except OSError:
        return
    if not line:  # somebody only asked whether we are alive
        return
    request = SpawnRequest.from_line(line)
    if (threads := linux.threads()) != 1:
        raise RuntimeError(f"{threads} threads run in the fork server; a fork could hang")
    if os.fork() == 0:
        _supervise_and_exit(request, channel, listener)


def _supervise_and_exit(
    request: SpawnRequest, channel: socket.socket, listener: socket.socket
) -> None:
    code = 1
    try:
        listener.close()
        supervise(request, channel)
        code = 0
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(code)


def _end_all() -> None:
    """Ends every kernel, and waits while supervisors clean up after theirs."""
    for supervisor in linux.children(os.getpid()):
        with suppress(ProcessLookupError):
            os.kill(supervisor, signal.SIGTERM)
    with suppress(ChildProcessError):
        while True:
            os.wait()


def _reap() -> None:
    """Supervisors that have ended; none is waited for."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue


if __name__ == "__main__":
    main(sys.argv[1])
