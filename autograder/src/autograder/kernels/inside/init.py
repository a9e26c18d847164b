"""Init: the first process within one kernel's isolation, and the parent of its orphans."""

from __future__ import annotations

import os
import signal
import traceback

from . import linux
from .isolation import Isolation
from .kernel_process import become_a_kernel
from .spawn_request import SpawnRequest

STARTED = b"!"
LONGEST_COMPLAINT = 4000


def run_init(request: SpawnRequest, isolation: Isolation, report: int) -> None:
    """Never returns. Ends as the kernel ended: with its exit code, or 128 and its signal.

    Writes STARTED to the pipe `report` once cells can run, or else what went wrong.
    """
    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        linux.die_with_parent(signal.SIGKILL)
        linux.adopt_orphans()
        isolation.set_up()
        bound_here, bound = os.pipe()
        go, go_here = os.pipe()
        kernel = os.fork()
        if kernel == 0:
            os.close(bound_here)
            os.close(go_here)
            become_a_kernel(request, isolation, bound, go)
        os.close(bound)
        os.close(go)
        signal.signal(signal.SIGINT, lambda *_: os.killpg(kernel, signal.SIGINT))
        said = os.read(bound_here, LONGEST_COMPLAINT)
        if said == STARTED:
            isolation.lock_sockets()
            os.write(go_here, STARTED)
        os.write(report, said)
        for number in (bound_here, go_here, report):
            os.close(number)
        code = _wait_for(kernel)
    except BaseException:
        os.write(report, traceback.format_exc().encode()[-LONGEST_COMPLAINT:])
    finally:
        os._exit(code)


def _wait_for(kernel: int) -> int:
    while True:
        pid, status = os.wait()  # orphans come here, too
        if pid == kernel:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
