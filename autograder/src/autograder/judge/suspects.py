"""Cells whose source says that they may reach beyond themselves.

A false alarm costs a second, no points: what is left out for it comes back with a second opinion.
"""

from __future__ import annotations

import re

_CHANGES_MORE_THAN_ITS_NAMES = re.compile(
    r"get_ipython|builtins|_transformers|ctypes|setattr|\b(sys|gc|signal|quit|exit)\b"
    r"|cnnlab\.(student|check)|\b_(exit|getframe)\b|__\w+__\s*\[|^\s*(?!self\b)\w+(\.\w+)+\s*=[^=]",
    re.MULTILINE,
)
_RUNS_ON = re.compile(
    r"fork|[Tt]hread|Popen|multiprocessing|subprocess|asyncio|concurrent|setitimer"
    r"|\b(Pool|Process|Timer|alarm|call_later|os\.(system|popen|spawn\w*|posix_spawn\w*))\b"
    r"|^\s*(!|%+(bash|sh|script|system|sx)\b)",
    re.MULTILINE,
)


def meddles(source: str) -> bool:
    """Whether this code may change more than the names that it defines."""
    return lingers(source) or bool(_CHANGES_MORE_THAN_ITS_NAMES.search(source))


def lingers(source: str) -> bool:
    """Whether something may still run when this code has ended."""
    return bool(_RUNS_ON.search(source))
