"""How the learning rate moves: factors by which the base rate is multiplied at each step."""

from __future__ import annotations

import math
from collections.abc import Callable

from cnnlab.training.diagnosis import SettingError

Schedule = Callable[[int, int], float]
"""(step, total steps) → factor; step counts from 0."""

WARMUP_SHARE = 0.1


def constant(step: int, total: int) -> float:
    """The same learning rate throughout.

    >>> constant(0, total=10) == constant(9, total=10)
    True
    """
    return 1.0


def warmup_cosine(step: int, total: int, warmup: int | None = None) -> float:
    """Rise in a straight line over `warmup` steps, then fall along half a cosine to 0.

    Without `warmup`, a tenth of the steps is used.

    >>> [round(warmup_cosine(step, total=10, warmup=2), 3) for step in range(11)]
    [0.5, 1.0, 1.0, 0.962, 0.854, 0.691, 0.5, 0.309, 0.146, 0.038, 0.0]
    """
    warmup = max(1, round(total * WARMUP_SHARE)) if warmup is None else warmup
    if step < warmup:
        return (step + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, total - warmup)))


NAMED: dict[str, Schedule] = {"constant": constant, "warmup_cosine": warmup_cosine}


def resolve(schedule: str | Schedule) -> Schedule:
    """The schedule behind a name; a function (step, total) → factor is taken as it is."""
    if callable(schedule):
        return schedule
    if schedule not in NAMED:
        raise SettingError(
            f"There is no schedule called {schedule!r}. Use one of {', '.join(NAMED)}, or a "
            "function of (step, total steps) that returns a factor for the learning rate."
        )
    return NAMED[schedule]
