"""Predict, then verify: commit to an answer before a cell reveals it.

    predict.commit("shape_after_pool", ...)      # replace ... with your guess and run
    predict.reveal("shape_after_pool", truth=(4, 4), reasons={(5, 5): "that rounds up"})

A wrong guess is answered with the reasoning that usually leads to it. Guesses are kept with your
progress, so that a restarted kernel still knows them.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from cnnlab import progress
from cnnlab.guesses import Number, number_in, shape_in
from cnnlab.readable import SCALES, plain, readable
from cnnlab.terminal import CROSS, TICK, wrap

_committed: dict[str, Any] = {}
_LARGE = 10**4  # no such number of millions was meant
_YES, _NO = ("yes", "true", "y"), ("no", "false", "n")


def commit(name: str, guess: Any) -> None:
    """Records your guess. `...` means that you have not decided yet."""
    if guess is ...:
        forget(name)
        print(f"No prediction yet for {name!r}: replace ... with your guess and run this cell.")
        return
    record(name, guess)
    print(f"Your prediction for {name!r}: {committed(name)}. The next cell shows what happens.")


def record(name: str, guess: Any) -> None:
    """Records a guess without a word; `reveal` answers it."""
    _committed[name] = plain(guess)
    progress.record_prediction(name, repr(_committed[name]))


def committed(name: str) -> Any:
    """The guess made under `name`, in this session or in an earlier one; None without one."""
    if name not in _committed:
        kept = progress.load()["predictions"].get(name)
        if not isinstance(kept, str):
            return None
        try:
            return ast.literal_eval(kept)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return kept
    return _committed[name]


def forget(name: str) -> None:
    """Takes a guess back."""
    _committed.pop(name, None)
    progress.forget([], predictions=[name])


def reveal(
    name: str,
    truth: Any,
    reasons: Mapping[Any, str] | None = None,
    because: str = "",
    tolerance: float = 0.0,
    unit: str = "",
) -> None:
    """Compares your guess with the truth; without a guess it tells the truth and why.

    `reasons` maps wrong guesses to the thought behind them; `because` explains the truth. A number
    counts as right within the fraction `tolerance` of the truth, or if it is the truth rounded to
    the digits you gave. `unit` says in what the question asks: "thousand", "million", "billion", or
    "%". Then 154 and "154 million" are the same guess, and the truth may be given either way.
    """
    question = _Question(plain(truth), tolerance, unit)
    guess = committed(name)
    if guess is None:  # nobody is held up: the card may not show in their notebook
        print(f"○ You made no prediction; it is {question.shown_truth}.")
    else:
        print(question.verdict(guess))
        if not question.is_right(guess) and (reason := question.reason(guess, reasons or {})):
            print(wrap(reason, indent="    "))
    if because:
        print(wrap(because, indent="    "))


class _Question:
    """The truth, and how near to it a guess must come."""

    def __init__(self, truth: Any, tolerance: float, unit: str) -> None:
        if unit not in ("", "%", *SCALES):
            raise ValueError(f"unit is {unit!r}; it can be '%' or one of {', '.join(SCALES)}.")
        self.unit = unit
        self.tolerance = tolerance
        self.truth = truth
        if unit in SCALES and (number := self._number(truth)):
            self.truth = number.value

    @property
    def shown_truth(self) -> str:
        return readable(self.truth) + (" %" if self.unit == "%" else "")

    def verdict(self, guess: Any) -> str:
        shown = self._shown(guess)
        if self.is_right(guess):
            if self._matches_digits(guess, self.truth):
                return f"{TICK} You predicted {shown}, and it is {self.shown_truth}."
            near = f"within {readable(100 * self.tolerance)} %"
            return f"{TICK} You predicted {shown}; it is {self.shown_truth}. Right: {near}."
        if self._is_number(self.truth) and self._number(guess) is None:
            said = f"Your prediction, {shown}, can't be read as a number"
            return f"{CROSS} {said}; it is {self.shown_truth}."
        return f"{CROSS} You predicted {shown}; it is {self.shown_truth}."

    def is_right(self, guess: Any) -> bool:
        return self._distance(guess, self.truth) is not None

    def reason(self, guess: Any, reasons: Mapping[Any, str]) -> str:
        """What is said of the wrong answer that is nearest to the guess, if one is near enough."""
        near = []
        for wrong, said in reasons.items():
            meant = {plain(wrong)}
            if number := self._number(plain(wrong)):
                meant.add(number.value)  # 51, where the question asks for millions
            distances = [self._distance(guess, value) for value in meant]
            near += [(distance, said) for distance in distances if distance is not None]
        return min(near, key=lambda pair: pair[0])[1] if near else ""

    def _distance(self, guess: Any, answer: Any) -> float | None:
        """How far the guess is from an answer; None where it is another answer."""
        if self._is_number(answer):
            readings = self._readings(guess)
            gaps = [abs(reading.value - answer) for reading in readings]
            near = any(gap <= self.tolerance * abs(answer) + 1e-12 for gap in gaps)
            return min(gaps) if near or self._matches_digits(guess, answer) else None
        return 0.0 if self._equal(guess, answer) else None

    def _matches_digits(self, guess: Any, answer: Any) -> bool:
        """Whether the guess is the answer as exactly as it was written."""
        if not self._is_number(answer):
            return self._equal(guess, answer)
        return any(reading.rounds_to(answer) for reading in self._readings(guess))

    def _readings(self, guess: Any) -> list[Number]:
        """What a typed number can mean: 55 % is 55, and 0.55 where a fraction is asked for.

        In a question for millions, 51 is 51 million, but 150528 most likely is just that.
        """
        typed, in_full = number_in(guess), self._number(guess)
        if typed is None or in_full is None:
            return []
        if typed.percent and self.unit != "%":
            return [typed, Number(typed.value / 100, typed.digits)]
        return [typed] if in_full == typed else [in_full, typed]

    def _number(self, guess: Any) -> Number | None:
        """The guess in full: in a question for millions, 154 is 154 million."""
        number = number_in(guess)
        scale = SCALES.get(self.unit, 1)
        if number is None or number.scaled or abs(number.value) >= scale:
            return number
        return number.times(scale)

    def _shown(self, guess: Any) -> str:
        text = guess.strip() if isinstance(guess, str) else readable(guess)
        number = number_in(guess)
        if number is None or not self.unit:
            return text
        if self.unit == "%":
            return text if number.percent else f"{text} %"
        bare = not number.scaled and abs(number.value) < min(SCALES[self.unit], _LARGE)
        return f"{text} {self.unit}" if bare else text

    @staticmethod
    def _is_number(value: Any) -> bool:
        return isinstance(value, (int, float)) and not isinstance(value, bool)

    @staticmethod
    def _equal(guess: Any, answer: Any) -> bool:
        if isinstance(answer, tuple):
            return guess == answer or shape_in(guess) == answer
        if isinstance(guess, str):
            said = guess.strip().casefold()
            if isinstance(answer, bool):
                return said in (_YES if answer else _NO)
            return said == str(answer).strip().casefold()
        if isinstance(guess, bool) or isinstance(answer, bool):
            return guess is answer
        return bool(guess == answer)
