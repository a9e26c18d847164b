"""When to stop: after some losses in a row that were no improvement."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from cnnlab.check.compare import expect
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.learner import LearnerCode
from cnnlab.reference import training as ours

EARLY_STOPPING = Exercise("early_stopping", {"EarlyStopping": ours.EarlyStopping})


def stopping_with(
    better: Callable[[float, float, float], bool] = lambda loss, best, delta: loss < best - delta,
    late: int = 0,
    in_a_row: bool = True,
    compare_with: str = "best",
    best_of_all: bool = False,
    keep_going: bool = False,
) -> type[ours.EarlyStopping]:
    """EarlyStopping with these mistakes."""

    class Stopping(ours.EarlyStopping):
        def __init__(self, patience: int, min_delta: float = 0.0) -> None:
            super().__init__(patience, min_delta)
            self.compared = math.inf

        def step(self, loss: float) -> bool:
            if better(loss, self.compared, self.min_delta):
                self.compared = self.best = loss
                self.without = 0 if in_a_row else self.without
            else:
                self.without += 1
            if best_of_all:
                self.compared = self.best = min(self.best, loss)
            if compare_with == "the loss before":
                self.compared = loss
            stop = self.without >= self.patience + late
            return not stop if keep_going else stop

    return Stopping


for _diagnosis, _message, _turns in (
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
        "compared_with_the_last",
        "You compare each loss with the one before it. A loss that falls after a bad one is no "
        "improvement yet: compare with the best.",
        {"compare_with": "the loss before"},
    ),
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
    (
        "min_delta_added",
        "Your min_delta makes it easier: losses a little above the best count as improvements. It "
        "should make it harder.",
        {"better": lambda loss, best, delta: loss < best + delta},
    ),
    (
        "best_follows_every_loss",
        "Your `best` moves with losses that are no improvement, so many small steps never add up "
        "to one. Only an improvement moves it.",
        {"best_of_all": True},
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
):
    EARLY_STOPPING.mistake(_diagnosis, _message)(stopping_with(**_turns))


@EARLY_STOPPING.visible("patience is for calls in a row")
def _(learner: LearnerCode, draw: Draw) -> None:
    ask_stopping(learner, [1.0, 0.875, 0.875, 1.125, 1.125, 0.875, 0.25], patience=3)


@EARLY_STOPPING.visible("improvements smaller than min_delta")
def _(learner: LearnerCode, draw: Draw) -> None:
    ask_stopping(learner, [1.0, 1.125, 0.75, 0.5, 0.375, 1.125], patience=2, min_delta=0.25)


Trace = dict[str, list[Any]]


def trace(
    make: Callable[..., ours.EarlyStopping],
    losses: Sequence[float],
    patience: int,
    min_delta: float = 0.0,
) -> Trace:
    """The answer to every loss, and the best so far after it."""
    stopping = make(patience, min_delta)
    return _traced(losses, stopping.step, lambda: stopping.best)


def _traced(
    losses: Sequence[float], step: Callable[[float], Any], best: Callable[[], Any]
) -> Trace:
    told = [(step(loss), best()) for loss in losses]
    return {"answers": [stop for stop, _ in told], "best": [value for _, value in told]}


def ask_stopping(
    learner: LearnerCode, losses: Sequence[float], patience: int, min_delta: float = 0.0
) -> None:
    """Tells the learner's object some losses and compares all that it says."""
    theirs = learner.create("EarlyStopping", patience, min_delta=min_delta)
    run = (losses, patience, min_delta)
    expect(
        _traced(losses, partial(theirs.call, "step"), partial(theirs.attribute, "best")),
        trace(ours.EarlyStopping, *run),
        "the record of a run",
        [
            (s.id, s.message, partial(trace, s.wrong, *run))
            for s in EARLY_STOPPING.mistakes_of("EarlyStopping")
        ],
        given=f"The losses were {list(losses)}, patience={patience}, min_delta={min_delta:g}.",
    )
