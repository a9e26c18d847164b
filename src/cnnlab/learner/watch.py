"""Which operators torch executes while a learner's own code runs.

Some exercises are answered by one operator of torch. Whatever road leads to it, an alias, a table,
a text that is run as code, torch passes every operator by a dispatch mode, which notes its name.

That is evidence, not proof: the mode lives in the learner's process and sees one thread, so code
that sets out to deceive it can. It is on only where somebody grades and asks for it, since it makes
each operator slower.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

MOST_TOLD = 200

_noted: set[Any] | None = None  # None: nobody has asked


@contextlib.contextmanager
def watching(on: bool) -> Iterator[set[Any]]:
    """Inside, operators are noted in the set given while it is a learner's code's turn."""
    global _noted
    noted: set[Any] = set()
    before, _noted = _noted, noted if on else None
    try:
        yield noted
    finally:
        _noted = before


@contextlib.contextmanager
def learners_turn() -> Iterator[None]:
    """Stands around every call of code that a learner wrote."""
    if _noted is None or "torch" not in sys.modules:
        yield
        return
    from cnnlab.learner.dispatch import Noting

    with Noting(_noted):
        yield


def names_of(noted: set[Any]) -> list[str]:
    """The names of operators, such as "aten::convolution"."""
    return sorted({each.overloadpacket._qualified_op_name for each in noted})[:MOST_TOLD]
