"""User ids that nobody else has."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_FIRST = 100_000  # below are people and services
_FIRST_WHERE_FEW = 20_000


def new_uid() -> int:
    """Drawn from so many that two submissions, or two graders, never meet in one."""
    most = _ids_here()
    first = _FIRST if most > 2 * _FIRST else _FIRST_WHERE_FEW
    return first + secrets.randbelow(most - first)


def is_root() -> bool:
    return os.geteuid() == 0


def _ids_here() -> int:
    """How many user ids there are: fewer than 2³¹ inside some containers."""
    rows = [line.split() for line in Path("/proc/self/uid_map").read_text().splitlines()]
    return min(2**31 - 2, max(int(first) + int(count) for first, _, count in rows))
