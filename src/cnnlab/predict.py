"""Predict, then verify: commit to an answer before a cell reveals it.

    predict.commit("shape_after_pool", ...)      # replace ... with your guess and run
    predict.reveal("shape_after_pool", truth=(4, 4), reasons={(5, 5): "that rounds up"})

A wrong guess is answered with the reasoning that usually leads to it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from cnnlab import progress
from cnnlab.terminal import CROSS, TICK, wrap

_committed: dict[str, Any] = {}


def commit(name: str, guess: Any) -> None:
    """Records your guess. `...` means that you have not decided yet."""
    if guess is ...:
        _committed.pop(name, None)
        print(f"No prediction yet for {name!r}: replace ... with your guess and run this cell.")
        return
    record(name, guess)
    print(f"Your prediction for {name!r}: {guess}. The next cell shows what happens.")


def record(name: str, guess: Any) -> None:
    """Records a guess without a word; `reveal` answers it."""
    _committed[name] = guess
    progress.record_prediction(name, repr(guess))


def reveal(
    name: str,
    truth: Any,
    reasons: Mapping[Any, str] | None = None,
    because: str = "",
    tolerance: float = 0.0,
) -> None:
    """Compares your guess with the truth; without a guess it tells the truth and why.

    `reasons` maps wrong guesses to the thought behind them; `because` explains the truth; a number
    within the fraction `tolerance` of the truth counts as right.
    """
    if name not in _committed:  # nobody is held up: the card may not show in their notebook
        print(f"○ You made no prediction; it is {truth}.")
    elif _same(guess := _committed[name], truth, tolerance):
        print(f"{TICK} You predicted {guess}, and it is {truth}.")
    else:
        print(f"{CROSS} You predicted {guess}; it is {truth}.")
        for wrong, reason in (reasons or {}).items():
            if _same(guess, wrong, tolerance=1e-9):
                print(wrap(reason, indent="    "))
    if because:
        print(wrap(because, indent="    "))


def _same(guess: Any, truth: Any, tolerance: float) -> bool:
    if isinstance(guess, bool) or isinstance(truth, bool):
        return guess is truth
    if isinstance(guess, (int, float)) and isinstance(truth, (int, float)):
        return math.isclose(guess, truth, rel_tol=tolerance, abs_tol=1e-12)
    if isinstance(guess, str) and isinstance(truth, str):
        return guess.strip().lower() == truth.strip().lower()
    if isinstance(guess, (list, tuple)) and isinstance(truth, (list, tuple)):
        return tuple(guess) == tuple(truth)
    return bool(guess == truth)
