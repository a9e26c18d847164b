"""What all processes of one submission take together, and whether that is too much."""

from __future__ import annotations

import time
from pathlib import Path

from . import cleanup, linux
from .spawn_request import USER, SpawnRequest

_CALM_SECONDS = 2.0


class Meter:
    """Looks at the tree of processes below init, again and again."""

    def __init__(self, request: SpawnRequest, init: int) -> None:
        self._request = request
        self._allowance = request.allowance
        self._init = init
        self._free = linux.available_bytes()
        self._many = 0
        self._grew = 0.0

    def memory(self) -> int:
        """Bytes of memory; of what is shared with others, init's and its processes' part."""
        tree = [self._init, *linux.descendants(self._init)]
        return sum(map(linux.proportional_bytes, tree))

    def too_much(self) -> str | None:
        """Which limit of the whole tree is broken, if one is."""
        tree = linux.descendants(self._init)
        before, self._many = self._many, sum(map(linux.threads, tree))
        if self._many > before:
            self._grew = time.monotonic()
        if self._many > self._allowance.processes:
            return "processes"
        if self._may_be_too_large(tree) and (
            sum(map(linux.proportional_bytes, tree)) > self._allowance.memory_bytes
        ):
            return "memory"
        if sum(map(linux.cpu_seconds, tree)) > self._allowance.cpu_seconds:
            return "cpu"
        if (
            self._request.isolation == USER  # others have a file system of limited size
            and self._bytes_in_files() > self._allowance.bytes_in_files
        ):
            return "files"
        return None

    def _may_be_too_large(self, tree: list[int]) -> bool:
        """Whether to weigh the tree, for which each process must stand still.

        A swarm that grows makes that wait for seconds. It is soon too many, if it is not weighed
        sooner for what this machine has lost.
        """
        most = self._allowance.memory_bytes
        growing = time.monotonic() - self._grew < _CALM_SECONDS
        if growing and self._free - linux.available_bytes() < most:
            return False
        return sum(map(linux.anonymous_bytes, tree)) > most

    def _bytes_in_files(self) -> int:
        uid = self._request.uid
        shared = cleanup.bytes_of_user(uid) if uid is not None else 0
        return shared + cleanup.bytes_below(Path(self._request.folder))
