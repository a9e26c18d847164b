"""Cells whose source says that they may reach beyond themselves.

A false alarm costs a second, no points: what is left out for it comes back with a second opinion.
"""

from __future__ import annotations

import re

_CHANGES_MORE_THAN_ITS_NAMES = re.compile(
    r"get_ipython|builtins|_transformers|ctypes|setattr|\b(sys|gc|signal|quit|exit)\b"
    r"|cnnlab\.(learner|check|exercises)|\b_(exit|getframe)\b|(?<!\w)__\w+__[ \t]*\["
    r"|^[ \t]*(?!self\b)\w+(\.\w+)+[ \t]*=[^=]",
    re.MULTILINE,
)
_RUNS_ON = re.compile(
    r"fork|[Tt]hread|Popen|multiprocessing|subprocess|asyncio|concurrent|setitimer"
    r"|\b(Pool|Process|Timer|alarm|call_later|os\.(system|popen|spawn\w*|posix_spawn\w*))\b"
    r"|^[ \t]*(!|%+(bash|sh|script|system|sx)\b)",
    re.MULTILINE,
)


def may_tamper(source: str) -> bool:
    """Whether this code may change more than the names that it defines."""
    return may_run_on(source) or bool(_CHANGES_MORE_THAN_ITS_NAMES.search(source))


def may_run_on(source: str) -> bool:
    """Whether something may still run when this code has ended."""
    return bool(_RUNS_ON.search(source))
