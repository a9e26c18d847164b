"""How much memory kernels take, told apart from what they share with their warm parent."""

from __future__ import annotations

from autograder.warm.inside import linux
from autograder.warm.parent_process import WarmParent


def memory_of_all(parent: WarmParent) -> int:
    """Bytes that the parent, its kernels and what guards them take together (PSS)."""
    pids = [parent.pid, *linux.descendants(parent.pid)]
    return sum(map(linux.proportional_bytes, pids))
