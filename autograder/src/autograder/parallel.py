"""Doing many things at once, in processes: CPython parses in one thread at a time only.

Every process has a pipe of its own, and the caller alone reads and writes the other ends. So no
process can die with a lock that others wait for, as may happen in the pools of the standard library
when they are stopped at the wrong moment.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, TypeVar, cast

from autograder.errors import InfrastructureError
from cnnlab.errors import CnnlabError

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
    with _workers(function, min(jobs, len(items))) as lines:
        yield from _shared_out(items, lines)


@dataclass(frozen=True)
class _Done:
    outcome: Any


def _shared_out(items: Sequence[Any], lines: Sequence[Connection]) -> Iterator[Any]:
    """Gives each worker its next item when it has done the last; outcomes wait for their turn."""
    waiting = iter(enumerate(items))
    busy: dict[Connection, int] = {}
    answers: dict[int, _Done | Exception] = {}

    def give(line: Connection) -> None:
        for number, item in waiting:
            line.send((item,))
            busy[line] = number
            return

    with _loss_is_told(len(lines)):
        for line in lines:
            give(line)
    for turn in range(len(items)):
        while turn not in answers:
            with _loss_is_told(len(lines)):
                for line in cast(list[Connection], wait(list(busy))):
                    answers[busy.pop(line)] = line.recv()
                    give(line)
        answer = answers.pop(turn)
        if isinstance(answer, Exception):
            raise answer
        yield answer.outcome


@contextmanager
def _loss_is_told(jobs: int) -> Iterator[None]:
    try:
        yield
    except (EOFError, ConnectionError) as problem:
        raise InfrastructureError(
            "One of the processes was ended from outside, most likely for want of memory. "
            f"Run it again with fewer at a time than -j {jobs}."
        ) from problem


@contextmanager
def _workers(function: Callable[[Any], Any], count: int) -> Iterator[list[Connection]]:
    """The lines to processes that wait for items; afterwards there are none."""
    context = get_context("fork") if _is_alone() else get_context("spawn")
    processes, lines = [], []
    try:
        with _ctrl_c_is_ours():
            for _ in range(count):
                ours, theirs = context.Pipe()
                process = context.Process(target=_serve, args=(function, theirs, os.getpid()))
                process.start()
                theirs.close()
                processes.append(process)
                lines.append(ours)
        yield lines
        for line in lines:
            with suppress(ConnectionError):
                line.send(None)
    except BaseException:
        for process in processes:
            process.terminate()
        raise
    finally:
        for process in processes:
            process.join(SECONDS_TO_END)
            process.kill()
            process.join()


def _is_alone() -> bool:
    """Whether this process has no second thread, such as those of torch or zmq.

    Then copies of it have everything imported at once. Otherwise they might hang: what a thread
    held locked stays locked in a copy, for there the thread does not exist.
    """
    if sys.platform != "linux":
        return False
    return len([*Path("/proc/self/task").iterdir()]) == 1


@contextmanager
def _ctrl_c_is_ours() -> Iterator[None]:
    """Processes started inside do not hear Ctrl-C: we hear it, and end them ourselves."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _serve(function: Callable[[Any], Any], line: Connection, parent: int) -> None:
    """The life of a worker. Between two items it holds nothing that must be cleaned up."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _end_with(parent)
    while given := line.recv():
        line.send(_tried(function, *given))


def _tried(function: Callable[[Any], Any], item: Any) -> _Done | Exception:
    signal.signal(signal.SIGTERM, _end_tidily)
    try:
        return _Done(function(item))
    except SystemExit:
        os._exit(1)
    except Exception as problem:
        if not isinstance(problem, CnnlabError):
            traceback.print_exc()  # it does not travel with the exception
        return problem
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _end_tidily(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # we may be asked again meanwhile
    # A finalizer may lose what is raised here. Then the alarm ends the process.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(SECONDS_TO_END)
    sys.exit(1)


def _end_with(parent: int) -> None:
    """Asks Linux to end this process when the one that started it is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it was killed before we asked
            sys.exit(1)
