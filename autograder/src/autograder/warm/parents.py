"""The warm parents of this process: one a level, started when needed, replaced when lost."""

from __future__ import annotations

import os
from multiprocessing.util import Finalize
from pathlib import Path

from autograder.errors import InfrastructureError
from autograder.sandbox.level import Level
from autograder.warm.fork import Fork
from autograder.warm.inside.order import Allowance
from autograder.warm.parent_process import ParentGone, WarmParent, order_kernel

_TRIES = 3
_ours: dict[str, WarmParent] = {}


def warm_up(level: Level) -> WarmParent:
    """Our parent of that level, which may still be on its way."""
    parent = _ours.get(level.name)
    if parent is None or not parent.alive:
        if parent is not None:
            parent.close()
        parent = _ours[level.name] = WarmParent(level)
        Finalize(None, close_all, exitpriority=1)  # unlike atexit, it acts in workers, too
    return parent


def fork_kernel(
    level: Level,
    files: Path | None = None,
    seed: int | None = None,
    allowance: Allowance | None = None,
    lent: Path | None = None,
) -> Fork:
    """A kernel that listens: from the parent that another process lent us, or else from ours."""
    why = "it was killed"
    for attempt in range(_TRIES):
        fork = None
        borrowed = lent is not None and attempt == 0
        try:
            if borrowed and lent is not None:
                fork = order_kernel(lent, level, files, seed, allowance)
            else:
                fork = warm_up(level).fork(files, seed, allowance)
            fork.wait_until_ready()
            return fork
        except ParentGone as problem:
            why = str(problem)
        except BaseException:
            lost = fork is not None and (end := fork.end()) is not None and end.why == "lost"
            if fork is not None:
                fork.close()
            if not lost:
                raise
        if not borrowed:
            _discard(level)
    raise InfrastructureError(
        f"The process from which kernels are forked died {_TRIES} times in a row ({why}). "
        "Is there enough memory? Type: autograder doctor"
    )


def _discard(level: Level) -> None:
    if (parent := _ours.pop(level.name, None)) is not None:
        parent.close()


def close_all() -> None:
    while _ours:
        _ours.popitem()[1].close()


# A copy of this process is not the owner of its parents.
os.register_at_fork(after_in_child=_ours.clear)
