"""Hidden checks of `early_stopping`."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from typing import Any

from autograder.exercises.telling import ATTEMPTS
from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u06_training.early_stopping import agree_on_stopping, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)

# What shows only where a loss is nan, or far above all that a number may stand for.
RARE = frozenset({"nan_is_an_improvement", "best_starts_too_low"})
NEEDS_A_DELTA = frozenset(
    {
        "min_delta_ignored",
        "min_delta_added",
        "min_delta_relative",
        "best_follows_every_loss",
    }
)


@hidden.check("patience", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    patience = draw.integer(2, 4)
    agree_on_stopping(learner, draw_losses(draw, patience, 0.0, RARE | NEEDS_A_DELTA), patience)


@hidden.check("improvements smaller than min_delta", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    patience, min_delta = draw.integer(2, 3), draw.choice([0.25, 0.375])
    losses = draw_losses(draw, patience, min_delta, RARE)
    agree_on_stopping(learner, losses, patience, min_delta)


@hidden.check("a patience of one call", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    start = draw.integer(8, 16) / 8
    falls = (0, 0.25, 0.25, 0.25, 0, 0.125, 0.5)
    agree_on_stopping(learner, [2.0**100, *(start - fall for fall in falls)], patience=1)


@hidden.check("a loss that is not a number", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    start = draw.integer(8, 16) / 8
    falls = (0, math.nan, 0.125, 0.0625, 0.25, math.nan, math.nan)
    agree_on_stopping(learner, [start - fall for fall in falls], patience=2)


def draw_losses(
    draw: Draw, patience: int, min_delta: float, unseen: Collection[str]
) -> list[float]:
    """Losses, on a grid so that they can be equal, on which every mistake but `unseen` shows.

    Different mistakes show differently.
    """
    grid = 1 / 8 if min_delta else 1 / 1024  # no difference is too small to count
    for _ in range(ATTEMPTS):
        losses = [2 + grid * (4 - step // 2 + draw.integer(-3, 3)) for step in range(24)]
        right = record(exercise.references["EarlyStopping"], losses, patience, min_delta)
        names = {right: "right"}
        if all(
            names.setdefault(record(known.wrong, losses, patience, min_delta), known.id) == known.id
            for known in exercise.mistakes
            if known.id not in unseen
        ):
            return losses
    raise RuntimeError("no losses tell the mistakes of early stopping apart")


def record(
    make: Callable[..., Any], losses: Sequence[float], patience: int, min_delta: float
) -> tuple[tuple[bool, float], ...]:
    """The answer to every loss, and the best so far after it."""
    stopping = make(patience, min_delta)
    return tuple((stopping.step(loss), stopping.best) for loss in losses)
