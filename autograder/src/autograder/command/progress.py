"""One bar for all long work: it shows what is done and how long the rest takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")

# No thread that watches bars: only a process with one thread can be copied to work in parallel.
tqdm.monitor_interval = 0


def with_bar(items: Iterator[Item], total: int, unit: str) -> list[Item]:
    """All items, with a bar while they come; none where nobody watches, as in a log file."""
    return list(tqdm(items, total=total, unit=unit, leave=False, disable=None))
