"""Hidden checks of the schedule and of early stopping."""

from __future__ import annotations

import math

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises import u06_training as visible
from cnnlab.exercises.u06_training.schedule import ask_schedule
from cnnlab.exercises.u06_training.stopping import ask_stopping, trace
from cnnlab.learner import LearnerCode

WARMUP_COSINE = HiddenChecks(visible.WARMUP_COSINE)


@WARMUP_COSINE.check("every step of a run, and its end", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    for total in (draw.integer(9, 14), draw.integer(20, 40)):
        ask_schedule(learner, total, draw.integer(2, total // 2), draw.choice([0.03, 0.2, 0.7]))


@WARMUP_COSINE.check("no warm-up", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    ask_schedule(learner, draw.integer(5, 12), 0, draw.choice([0.03, 0.2, 0.7]))


@WARMUP_COSINE.check("a warm-up of one step", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    ask_schedule(learner, draw.integer(5, 12), 1, draw.choice([0.03, 0.2, 0.7]))


EARLY_STOPPING = HiddenChecks(visible.EARLY_STOPPING)


@EARLY_STOPPING.check("patience", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    needs_a_delta = {"min_delta_ignored", "min_delta_added", "best_follows_every_loss"}
    patience = draw.integer(2, 4)
    ask_stopping(learner, draw_losses(draw, patience, 0.0, needs_a_delta), patience)


@EARLY_STOPPING.check("improvements smaller than min_delta", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    patience, min_delta = draw.integer(2, 3), draw.choice([0.25, 0.375])
    ask_stopping(learner, draw_losses(draw, patience, min_delta), patience, min_delta)


@EARLY_STOPPING.check("a patience of one call", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    start = draw.integer(8, 16) / 8
    losses = [start - fall for fall in (0, 0.25, 0.25, 0, 0.125, 0.5)]
    ask_stopping(learner, losses, patience=1)


@EARLY_STOPPING.check("a loss that is not a number", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    start = draw.integer(8, 16) / 8
    ask_stopping(learner, [start, math.nan, start - 0.25, math.nan, math.nan], patience=2)


def draw_losses(
    draw: Draw, patience: int, min_delta: float, hidden: frozenset[str] | set[str] = frozenset()
) -> list[float]:
    """Losses, in eighths so that they can be equal, on which every mistake but `hidden` shows."""
    hidden = hidden | {"nan_is_an_improvement"}
    mistakes = visible.EARLY_STOPPING.mistakes_of("EarlyStopping")
    for _ in range(1000):
        losses = [(20 - step // 2 + draw.integer(-3, 3)) / 8 for step in range(24)]
        right = trace(
            visible.EARLY_STOPPING.references["EarlyStopping"], losses, patience, min_delta
        )
        shown = {
            s.id: trace(s.wrong, losses, patience, min_delta)
            for s in mistakes
            if s.id not in hidden
        }
        wrong = [str(answers) for answers in shown.values()]
        if str(right) not in wrong and len(set(wrong)) == len(wrong):
            return losses
    raise RuntimeError("no losses tell the mistakes of early stopping apart")
