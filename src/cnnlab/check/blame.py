"""Naming the reason of an error that a learner's code raises only on some inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cnnlab.check.compare import Wrong
from cnnlab.student import NoAnswer
from cnnlab.student.problems import Raised


@contextmanager
def blame(diagnosis: str, message: str, if_passes: Callable[[], object]) -> Iterator[None]:
    """Raises `Wrong` with this diagnosis if the code inside makes the learner's code raise.

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
        raise Wrong(diagnosis, f"{message} {problem.message}", problem.detail) from None
