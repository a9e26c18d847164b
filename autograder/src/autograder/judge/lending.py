"""Cells that put the course's versions in the place of functions, and take them back.

They run in the kernel of a second opinion, whose lent exercises are not scored there.
"""

from __future__ import annotations

from collections.abc import Sequence

_LEND = """
def _lend(names):
    from cnnlab.check.registry import COURSE
    for name in names:
        if exercise := COURSE.defining(name):
            _lend.kept[name] = globals().get(name, _lend)
            globals()[name] = exercise.references[name]
_lend.kept = {}
_lend(NAMES)
"""
_TAKE_BACK = """
def _take_back():
    for name, own in _lend.kept.items():
        if own is _lend:
            del globals()[name]
        else:
            globals()[name] = own
_take_back()
del _lend, _take_back
"""


def lending(names: Sequence[str]) -> str:
    """The cell that lends these functions."""
    return _LEND.replace("NAMES", repr(list(names)))


def taking_back() -> str:
    """The cell that gives the learner's own functions their places again."""
    return _TAKE_BACK
