"""Level `none`: a process of its own, and the limits that it can set for itself."""

from __future__ import annotations

from autograder.kernels.inside.spawn_request import NOTHING
from autograder.kernels.isolation.level import Level

WARNING = (
    "Without a sandbox, a submission can read and change whatever you can, and the hidden checks "
    "with it. Only grade what you trust; `autograder doctor` says how to get a sandbox."
)


class NoSandbox(Level):
    name = "none"
    isolation = NOTHING

    def problem(self) -> None:
        return None
