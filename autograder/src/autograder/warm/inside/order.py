"""What a kernel is asked to be: one line of JSON from the judge to the warm parent."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from typing import Any

GIB, MIB = 2**30, 2**20

# What stands between a kernel and everybody else.
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
class Order:
    """One kernel. `folder` is its own, as the parent sees it, with sockets/, work/ and home/."""

    folder: str
    key: str
    walls: str = NOTHING
    uid: int | None = None
    seed: int | None = None
    environment: dict[str, str] = field(default_factory=dict)
    allowance: Allowance = field(default_factory=Allowance)

    def to_line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Order:
        fields: dict[str, Any] = json.loads(line)
        return cls(**{**fields, "allowance": Allowance(**fields["allowance"])})
