"""The mistakes that learners make when they decide whether to stop."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from cnnlab.check.exercise import Exercise

Better = Callable[[float, float, float], bool]  # of a loss, the best so far and min_delta


def stopping_with(
    better: Better = lambda loss, best, delta: loss < best - delta,
    start: float = math.inf,
    late: int = 0,
    in_a_row: bool = True,
    best_is: str = "the last improvement",
    compared_with: str = "best",
    keep_going: bool = False,
) -> type:
    """EarlyStopping with these mistakes."""

    class EarlyStopping:
        def __init__(self, patience: int, min_delta: float = 0.0) -> None:
            self.patience = patience
            self.min_delta = min_delta
            self.best = self.last = start
            self.without = 0

        def step(self, loss: float) -> bool:
            lowest = min(self.best, loss)
            reference = self.last if compared_with == "the last loss" else self.best
            if better(loss, reference, self.min_delta):
                self.best = loss
                self.without = 0 if in_a_row else self.without
            else:
                self.without += 1
            if best_is == "the lowest loss":
                self.best = lowest
            if best_is == "the last loss":
                self.best = loss
            self.last = loss
            stop = self.without >= self.patience + late
            return not stop if keep_going else stop

    return EarlyStopping


COMPARED_WITH_THE_LAST = (
    "compared_with_the_last",
    "You compare each loss with the one before it. A loss that falls after a bad one is no "
    "improvement yet: compare with the best.",
)
MIN_DELTA_ADDED = (
    "min_delta_added",
    "Your min_delta makes it easier: losses a little above the best count as improvements. It "
    "should make it harder.",
)

_KNOWN: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "one_call_late",
        "You stop one call too late. With patience 2, the second call in a row without an "
        "improvement says stop.",
        {"late": 1},
    ),
    (
        "one_call_early",
        "You stop one call too early. With patience 2, one call without an improvement is no "
        "reason yet.",
        {"late": -1},
    ),
    (
        "not_in_a_row",
        "Your count is never set back: all calls without an improvement add up. Patience is for "
        "calls in a row; an improvement starts the count anew.",
        {"in_a_row": False},
    ),
    (
        "best_starts_at_zero",
        "Your `best` starts at 0, so no loss ever improves on it. Start with infinity: then the "
        "first loss is an improvement, however large it is.",
        {"start": 0.0},
    ),
    (
        "best_starts_too_low",
        "Your `best` starts at a number, and a first loss above it is no improvement. Start with "
        "infinity.",
        {"start": 100.0},
    ),
    (*COMPARED_WITH_THE_LAST, {"compared_with": "the last loss"}),
    (*COMPARED_WITH_THE_LAST, {"best_is": "the last loss"}),
    (*COMPARED_WITH_THE_LAST, {"compared_with": "the last loss", "best_is": "the lowest loss"}),
    (
        "equal_counts",
        "A loss equal to best − min_delta counts as an improvement in yours. It must be below.",
        {"better": lambda loss, best, delta: loss <= best - delta},
    ),
    (
        "min_delta_ignored",
        "`min_delta` has no effect: every loss below the best counts. An improvement is more than "
        "min_delta below it.",
        {"better": lambda loss, best, delta: loss < best},
    ),
    (*MIN_DELTA_ADDED, {"better": lambda loss, best, delta: loss < best + delta}),
    (
        *MIN_DELTA_ADDED,
        {
            "better": lambda loss, best, delta: loss < best + delta,
            "best_is": "the lowest loss",
        },
    ),
    (
        "min_delta_relative",
        "You take min_delta for a share of the best loss: best · (1 − min_delta). It is a "
        "difference: best − min_delta.",
        {"better": lambda loss, best, delta: loss < best * (1 - delta)},
    ),
    (
        "best_follows_every_loss",
        "Your `best` moves with losses that are no improvement, so many small steps never add up "
        "to one. Only an improvement moves it.",
        {"best_is": "the lowest loss"},
    ),
    (
        "higher_is_better",
        "You take a higher loss for an improvement. Losses should fall.",
        {"better": lambda loss, best, delta: math.isinf(best) or loss > best + delta},
    ),
    (
        "nan_is_an_improvement",
        "A loss that is nan counts as an improvement in yours, because every comparison with nan "
        "is false. Ask whether the loss is better, not whether it fails to be worse.",
        {"better": lambda loss, best, delta: not loss >= best - delta},
    ),
    (
        "says_go_on",
        "Your answers are the other way round: True means stop.",
        {"keep_going": True},
    ),
)


def add_mistakes(exercise: Exercise) -> None:
    """Registers the wrong versions of `EarlyStopping`."""
    for mistake_id, message, turns in _KNOWN:
        exercise.mistake(mistake_id, message)(stopping_with(**turns))
