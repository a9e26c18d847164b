"""Running our own graded code in this process, without a kernel. Never used for submissions."""

from __future__ import annotations

import linecache
from collections.abc import Sequence
from typing import Any


def run_program(cells: Sequence[str]) -> dict[str, Any]:
    """The variables after running the cells; after an error the next cell runs all the same."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for number, source in enumerate(cells):
        filename = f"<cell {number}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        try:
            exec(compile(source, filename, "exec"), namespace)
        except Exception:  # its checks will tell
            continue
    return namespace
