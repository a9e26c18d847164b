"""`early_stopping`: when to stop, after some losses in a row that were no improvement."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from cnnlab.check.compare import Difference, Wrong, difference
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import explain
from cnnlab.exercises.u06_training.early_stopping_mistakes import add_mistakes
from cnnlab.learner import LearnerCode


class EarlyStopping:
    """Says when a loss has stopped improving; `best` is the lowest loss that counted."""

    def __init__(self, patience: int, min_delta: float = 0.0) -> None:
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.without = 0

    def step(self, loss: float) -> bool:
        """Take note of a loss; True once `patience` calls in a row were no improvement."""
        if loss < self.best - self.min_delta:
            self.best, self.without = loss, 0
        else:
            self.without += 1
        return self.without >= self.patience


exercise = Exercise("early_stopping", {"EarlyStopping": EarlyStopping})
add_mistakes(exercise)

ANSWERS, BEST = "answers", "best"


def agree_on_stopping(
    learner: LearnerCode, losses: Sequence[float], patience: int, min_delta: float | None = None
) -> None:
    """The learner's object answers every loss as ours does, and its `best` is ours.

    `min_delta` is left out where it is None.
    """
    settings = {} if min_delta is None else {"min_delta": min_delta}

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        stopping = code.create("EarlyStopping", patience, **settings)
        told = [(stopping.call("step", loss), stopping.attribute("best")) for loss in losses]
        yield (
            "the run",
            {
                ANSWERS: [answer for answer, _ in told],
                BEST: [best if best in losses else "none of the losses" for _, best in told],
            },
        )

    run = ", ".join(f"{key}={value:g}" for key, value in {"patience": patience, **settings}.items())
    given = f"The losses were {list(losses)}, {run}."

    def unexplained(part: str, theirs: Any, ours: Any, gap: Difference) -> Wrong:
        return _told_of_answers(theirs[ANSWERS], ours[ANSWERS], given) or Wrong(
            gap.kind,
            "`step` answers right, but `best` is not always the loss of the last improvement.",
            f"{gap.detail} {given}",
        )

    explain(learner, exercise, observe, unexplained=unexplained, given=given)


def _told_of_answers(theirs: Sequence[Any], ours: Sequence[bool], given: str) -> Wrong | None:
    """What is wrong with the first answer that is, if there is one."""
    for number, (their, our) in enumerate(zip(theirs, ours, strict=True), start=1):
        gap = difference(their, our, "what `step` returns")
        if gap is None:
            continue
        if gap.kind != "wrong_value":
            return gap.as_wrong(given)
        message = "`step` says stop (True) where training should go on."
        if our:
            message = "`step` says go on (False) where it should say stop."
        return Wrong(gap.kind, message, f"That was after loss number {number}. {given}")
    return None


@exercise.visible("patience is for calls in a row")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_stopping(learner, [2.0, 2.5, 2.25, 2.375, 2.0, 1.96875], patience=3)


@exercise.visible("improvements smaller than min_delta")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_stopping(learner, [1.5, 1.25, 1.125, 1.875, 1.125], patience=2, min_delta=0.25)
