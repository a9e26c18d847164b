"""Doing many things at once, in processes: CPython parses in one thread at a time only."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

from autograder.errors import InfrastructureError
from autograder.warm.inside import linux

_PR_SET_PDEATHSIG = 1
SECONDS_TO_END = 10

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


def in_order(
    function: Callable[[Item], Outcome], items: Sequence[Item], jobs: int
) -> Iterator[Outcome]:
    """`function` of each item, in order; `jobs` at a time. One job stays in this process.

    Whoever stops this, with Ctrl-C or an exception, stops what is under way in the others too.
    """
    if jobs == 1 or len(items) < 2:
        yield from map(function, items)
        return
    context = multiprocessing.get_context("fork" if _is_alone() else "spawn")
    workers = min(jobs, len(items))
    with ProcessPoolExecutor(workers, context, _heed_the_end, (os.getpid(),)) as pool:
        try:
            with _ctrl_c_is_ours():
                futures = [pool.submit(_work, function, item) for item in items]
            for future in futures:
                yield future.result()
        except BrokenProcessPool as problem:
            raise InfrastructureError(
                "One of the processes was ended from outside, most likely for want of memory. "
                f"Run it again with fewer at a time than -j {jobs}."
            ) from problem
        except BaseException:
            for worker in multiprocessing.active_children():
                worker.terminate()
            raise


def _is_alone() -> bool:
    """Whether this process has no second thread, such as those of torch or zmq.

    Then copies of it have everything imported at once. Otherwise they might hang: what a thread
    held locked stays locked in a copy, for there the thread does not exist.
    """
    return sys.platform == "linux" and linux.threads() == 1


@contextmanager
def _ctrl_c_is_ours() -> Iterator[None]:
    """Processes started inside do not hear Ctrl-C: we hear it, and end them ourselves."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _heed_the_end(parent: int) -> None:
    """Between two items there is nothing to clean up; `_work` sees to an item under way."""
    signal.signal(signal.SIGTERM, _end_at_once)
    _end_with(parent)


def _end_at_once(*_: object) -> None:
    os._exit(1)  # what is raised in the midst of the pool's own code may be lost


def _end_tidily(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the pool may ask again meanwhile
    # A finalizer may lose what is raised here, too. Then the alarm ends the process.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(SECONDS_TO_END)
    sys.exit(1)


def _end_with(parent: int) -> None:
    """Asks Linux to end this process when the one that started it is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it was killed before we asked
            sys.exit(1)


def _work(function: Callable[[Item], Outcome], item: Item) -> Outcome:
    signal.signal(signal.SIGTERM, _end_tidily)
    try:
        return function(item)
    except SystemExit:
        os._exit(1)  # the pool would go on with what already waits in its queue
    finally:
        signal.signal(signal.SIGTERM, _end_at_once)
