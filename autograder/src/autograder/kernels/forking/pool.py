"""The fork servers of this process: one for a level and an import plan, replaced when lost."""

from __future__ import annotations

import os
from multiprocessing.util import Finalize
from pathlib import Path

from autograder.errors import InfrastructureError
from autograder.kernels.forking.forked_kernel import ForkedKernel
from autograder.kernels.forking.server import ForkServer, ServerGone, request_kernel
from autograder.kernels.inside.import_plan import ImportPlan
from autograder.kernels.inside.spawn_request import Allowance
from autograder.kernels.isolation.level import Level

_TRIES = 3
_ours: dict[tuple[str, ImportPlan], ForkServer] = {}


def server_for(level: Level, plan: ImportPlan) -> ForkServer:
    """Our fork server of that level and plan, which may still be on its way."""
    server = _ours.get((level.name, plan))
    if server is None or not server.alive:
        if server is not None:
            server.close()
        server = _ours[level.name, plan] = ForkServer(level, plan)
        Finalize(None, close_all, exitpriority=1)  # unlike atexit, it acts in workers, too
    return server


def fork_kernel(
    level: Level,
    plan: ImportPlan,
    files: Path | None = None,
    seed: int | None = None,
    allowance: Allowance | None = None,
    shared: Path | None = None,
) -> ForkedKernel:
    """A kernel that listens: from the server of another process, which has the same level and
    plan and listens in the folder `shared`, or else from ours."""
    why = "it was killed"
    for attempt in range(_TRIES):
        kernel = None
        not_ours = shared is not None and attempt == 0
        try:
            if not_ours and shared is not None:
                kernel = request_kernel(shared, level, files, seed, allowance)
            else:
                kernel = server_for(level, plan).fork(files, seed, allowance)
            kernel.wait_until_ready()
            return kernel
        except ServerGone as problem:
            why = str(problem)
        except BaseException:
            lost = kernel is not None and (end := kernel.end()) is not None and end.why == "lost"
            if kernel is not None:
                kernel.close()
            if not lost:
                raise
        if not not_ours:
            _discard(level, plan)
    raise InfrastructureError(
        f"The process from which kernels are forked died {_TRIES} times in a row ({why}). "
        "Is there enough memory? Type: autograder doctor"
    )


def _discard(level: Level, plan: ImportPlan) -> None:
    if (server := _ours.pop((level.name, plan), None)) is not None:
        server.close()


def close_all() -> None:
    while _ours:
        _ours.popitem()[1].close()


# A copy of this process is not the owner of its servers.
os.register_at_fork(after_in_child=_ours.clear)
