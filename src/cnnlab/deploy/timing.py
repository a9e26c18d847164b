"""How long a network takes for a batch of images."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

FEWEST, SECONDS = 15, 0.3


def milliseconds(run: Callable[[Tensor], object], images: Tensor, threads: int = 1) -> float:
    """The median time of `run(images)`, after two runs that aren't counted.

    torch computes with `threads` threads meanwhile; a `Runtime` has its own number. A median is
    hardly moved by a busy machine that interrupts some of the runs.

    >>> import torch
    >>> 0 < milliseconds(torch.nn.Conv2d(1, 4, 3), torch.rand(1, 1, 28, 28)) < 1000
    True
    """
    times: list[float] = []
    with _threads(threads), torch.no_grad():
        for _ in range(2):
            run(images)
        while len(times) < FEWEST or sum(times) < SECONDS:
            started = time.perf_counter()
            run(images)
            times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times)


@contextmanager
def _threads(number: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)
