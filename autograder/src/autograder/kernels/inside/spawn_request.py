"""What a kernel is asked to be: one line of JSON from the grader to the fork server."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from typing import Any

GIB, MIB = 2**30, 2**20

# What isolates a kernel from everything else: see isolation.py.
NAMESPACES = "namespaces"
USER = "user"
NOTHING = "nothing"


@dataclass(frozen=True)
class Allowance:
    """What all processes of one submission may use together, or each of them where it says so."""

    memory_bytes: int = 3 * GIB
    # Threads count, too, and pools have one for each core.
    processes: int = field(default_factory=lambda: 64 + (os.cpu_count() or 1))
    cpu_seconds: int = 1800
    bytes_in_each_file: int = 128 * MIB
    bytes_in_files: int = 512 * MIB


@dataclass(frozen=True)
class SpawnRequest:
    """One kernel. `folder` is its own, as the box sees it, with sockets/, work/ and home/."""

    folder: str
    key: str
    isolation: str = NOTHING
    uid: int | None = None
    seed: int | None = None
    allowance: Allowance = field(default_factory=Allowance)

    def to_line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> SpawnRequest:
        fields: dict[str, Any] = json.loads(line)
        return cls(**{**fields, "allowance": Allowance(**fields["allowance"])})
