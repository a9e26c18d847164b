"""Doing many things at once, in processes: CPython parses in one thread at a time only."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


def in_order(
    function: Callable[[Item], Outcome], items: Sequence[Item], jobs: int
) -> Iterator[Outcome]:
    """`function` of each item, in order; `jobs` at a time. One job stays in this process."""
    if jobs == 1 or len(items) < 2:
        yield from map(function, items)
        return
    # spawn: a copy of a process in which torch or zmq have started threads may hang
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(items)), mp_context=context) as pool:
        yield from pool.map(function, items)
