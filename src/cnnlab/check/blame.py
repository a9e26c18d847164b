"""Naming the reason of an error that a learner's code raises only on some inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cnnlab.check.compare import Wrong
from cnnlab.learner import NoAnswer
from cnnlab.learner.problems import Raised


@contextmanager
def blame(mistake: str, message: str, if_passes: Callable[[], object]) -> Iterator[None]:
    """Raises `Wrong` with this mistake if the code inside makes the learner's code raise.

    An error alone proves nothing about its cause, so `if_passes` asks the same question on input
    without the difficulty: only if that is answered well is the difficulty to blame.
    """
    try:
        yield
    except Raised as problem:
        try:
            if_passes()
        except (Wrong, NoAnswer):
            raise problem from None
        raise Wrong(mistake, f"{message} {problem.what}", problem.detail) from None
