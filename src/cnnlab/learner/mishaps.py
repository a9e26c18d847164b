"""What went wrong in the learner's code, told in plain data."""

from __future__ import annotations

import linecache
import traceback

from cnnlab.learner.wire import WireError


class NameMissing(Exception):
    """The learner's variables hold no such name."""


def describe(problem: BaseException) -> dict[str, str]:
    if isinstance(problem, WireError):
        return {"kind": "not_plain", "text": str(problem)}
    if isinstance(problem, NameMissing):
        return {"kind": "missing", "text": str(problem)}
    if isinstance(problem, NotImplementedError) and not str(problem):
        return {"kind": "not_written", "text": ""}
    return {
        "kind": "raised",
        "type": type(problem).__name__[:80],
        "text": str(problem)[:500],
        "where": _learners_line(problem),
    }


def _learners_line(problem: BaseException) -> str:
    """The innermost line of the learner's own code that the exception passed through."""
    for frame in reversed(traceback.extract_tb(problem.__traceback__)):
        if _is_a_notebook_cell(frame.filename) and frame.lineno is not None:
            return linecache.getline(frame.filename, frame.lineno).strip()[:120]
    return ""


def _is_a_notebook_cell(filename: str) -> bool:
    return "ipykernel_" in filename or filename.startswith(("<ipython-input", "<cell"))
