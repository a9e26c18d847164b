"""Keeping a time budget: whether there is time for one more step and the validation after it."""

from __future__ import annotations

import math
import time
from collections.abc import Sized
from typing import Any

from torch import Tensor

WARMING_STEPS = 3
"""The first steps take longer, so they are no measure of those to come."""

MEMORY = 0.9
"""The share that older steps keep in the running estimate: about the last ten count."""

FORWARD_SHARE = 0.35
"""A sample without backward pass costs about a third of what it costs in a training step."""

EARLY = 0.01
GRACE = 0.03
"""The shares of the budget by which the end is aimed too early, and may at last come too late."""

WORTH_TRAINING = 0.05
"""A rest of the budget above this share is trained in rather than given away."""


class Budget:
    """The time of a run that began at `started` and may take `seconds`.

    It learns from every step and validation what the next will cost. On a busy machine both slow
    down together, so a validation is foreseen from how the steps go now.
    """

    def __init__(self, seconds: float | None, started: float, train: Any, validation: Any) -> None:
        self._seconds = math.inf if seconds is None else seconds
        self._end = started + self._seconds
        self._steps = 0
        self._step = 0.0  # seconds, a running mean
        self._first_guess = 0.0  # a validation as a number of steps, until there was one
        self._since = started
        timed = seconds is not None and validation is not None
        self._samples = sample_count(validation, train) if timed else 0
        # What the last validation took, and a step at that time.
        self._validation: tuple[float, float] | None = None

    @property
    def latest(self) -> float:
        """time.perf_counter() at which even an unfinished validation is broken off."""
        return self._end if math.isinf(self._end) else self._end + GRACE * self._seconds

    def left(self) -> float:
        return self._end - time.perf_counter()

    def epoch_begins(self) -> None:
        self._since = time.perf_counter()

    def step_done(self, samples: int) -> None:
        """Note what the step just done took, loading included."""
        now = time.perf_counter()
        took, self._since = now - self._since, now
        self._steps += 1
        if self._steps <= WARMING_STEPS:
            self._step = took
        else:
            took = min(took, 2 * self._step)  # one hiccup is no sign of what comes
            self._step = MEMORY * self._step + (1 - MEMORY) * took
        if self._samples and self._validation is None:
            self._first_guess = FORWARD_SHARE * self._samples / samples

    def validation_done(self, seconds: float) -> None:
        self._validation = seconds, self._step

    def suffices(self, reserve: float) -> bool:
        """Whether one more step, the last validation and `reserve` seconds still fit."""
        if math.isinf(self._end):
            return True
        margin = min(EARLY * self._seconds, 0.2 * self._validation_estimate())
        needed = self._step + self._validation_estimate() + reserve + margin
        return self.left() >= needed

    def validates_better_later(self) -> bool:
        """Whether a validation now would be the last, and leave time that no step could use."""
        if math.isinf(self._end):
            return False
        validation = self._validation_estimate()
        unused = self.left() - validation
        return WORTH_TRAINING * self._seconds < unused < self._step + validation

    def _validation_estimate(self) -> float:
        if not self._samples:
            return 0.0
        if self._validation is None:
            return self._first_guess * self._step
        seconds, step_then = self._validation
        slower = self._step / step_then if step_then > 0 else 1.0
        return seconds * min(1.5, max(0.67, slower))


def sample_count(batches: Any, like: Any) -> int:
    """How many samples `batches` hold, without reading them where that could cost something.

    >>> import torch
    >>> sample_count([(torch.zeros(4, 1), torch.zeros(4)), (torch.zeros(2, 1), torch.zeros(2))], [])
    6
    """
    for name in ("dataset", "images"):  # DataLoader, Batches
        held = getattr(batches, name, None)
        if isinstance(held, Sized):
            return len(held)
    if isinstance(batches, list | tuple):
        return sum(len(y) for _, y in batches if isinstance(y, Tensor))
    return len(batches) * int(getattr(like, "batch_size", None) or 64)
