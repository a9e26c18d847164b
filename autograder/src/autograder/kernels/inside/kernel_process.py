"""The last steps from a fork of the fork server to a Jupyter kernel in which cells can run."""

from __future__ import annotations

import os
import random
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from . import linux
from .isolation import Isolation
from .spawn_request import SpawnRequest

SHELL, IOPUB, STDIN, CONTROL, HEARTBEAT = range(1, 6)


def become_a_kernel(request: SpawnRequest, isolation: Isolation, bound: int, go: int) -> None:
    """Never returns. Tells `bound` once the sockets are there, and starts when `go` says so."""
    try:
        app = _listening(request, isolation, {bound, go})
    except BaseException:
        os.write(bound, traceback.format_exc().encode()[-4000:])
        os._exit(1)
    os.write(bound, b"!")
    os.close(bound)
    if os.read(go, 1):
        os.close(go)
        isolation.before_cells()
        app.start()
    os._exit(0)


def _listening(request: SpawnRequest, isolation: Isolation, kept: set[int]) -> Any:
    """An isolated kernel with its sockets bound; only the files in `kept` are open."""
    os.setsid()
    linux.die_with_parent(signal.SIGKILL)
    _close_files_except(kept)
    isolation.drop_privileges()
    os.environ.update(HOME=str(isolation.home), USER="student", LOGNAME="student")
    isolation.work.mkdir(exist_ok=True)
    os.chdir(isolation.work)
    _seed(request.seed)

    from ipykernel.kernelapp import IPKernelApp
    from traitlets.config import Config

    sys.argv = ["ipykernel_launcher.py"]
    app = IPKernelApp.instance(
        transport="ipc",
        ip=str(isolation.sockets / "s"),
        shell_port=SHELL,
        iopub_port=IOPUB,
        stdin_port=STDIN,
        control_port=CONTROL,
        hb_port=HEARTBEAT,
        # nobody reads it, for the grader knows all of this, and it must lie somewhere
        connection_file=str(isolation.home / "kernel.json"),
        config=Config(
            {
                "HistoryManager": {"enabled": False},
                # the tip in the banner is drawn anew at each greeting, from the learner's numbers
                "InteractiveShell": {"enable_tip": False},
            }
        ),
    )
    app.session.key = request.key.encode()
    app.initialize(argv=[])
    return app


def _close_files_except(kept: set[int]) -> None:
    """Nothing that the fork server or the supervisor holds open is within a learner's reach."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    for name in list(Path("/proc/self/fd").iterdir()):
        number = int(name.name)
        if number > 2 and number not in kept:
            try:
                os.close(number)
            except OSError:  # the one through which the list was read
                continue


def _seed(seed: int | None) -> None:
    """A fork has its parent's random state; no two kernels shall have the same by accident."""
    if seed is None:
        seed = int.from_bytes(os.urandom(4), "little")
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)
