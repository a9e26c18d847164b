"""The forms of a question: a whole number, a decimal one, percent, a shape, a choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cnnlab.practice.draw import Draw
from cnnlab.practice.question import Choice, Question

_LARGE = 10**6
_PLACES = {1: "one decimal", 2: "two decimals", 3: "three decimals", 4: "four decimals"}

Slips = Mapping[Any, str]
Reasoned = tuple[str, str]
"""A choice, and what is said to those that take it."""


def whole(
    text: str, answer: int, steps: Sequence[str], slips: Slips | None = None, **given: Any
) -> Question:
    """A question for a whole number, which must be met exactly."""
    asks = "a whole number"
    if answer >= _LARGE:
        asks = "a whole number; in words, three digits such as 11.7 million are enough"
    kept = _other_than(int(answer), slips, 0.0)
    return Question(text, int(answer), tuple(steps), asks, slips=kept, given=given)


def decimal(
    text: str,
    answer: float,
    steps: Sequence[str],
    slips: Slips | None = None,
    places: int = 2,
    **given: Any,
) -> Question:
    """A question for a number by hand: one unit of the last place asked for may be amiss."""
    near = 10.0**-places
    asks = f"{_PLACES[places]} will do; {near:.{places}f} more or less still counts"
    kept = _other_than(answer, slips, near)
    return Question(text, float(answer), tuple(steps), asks, near, slips=kept, given=given)


def near(
    text: str,
    answer: float,
    steps: Sequence[str],
    slips: Slips | None = None,
    within: float = 1,
    **given: Any,
) -> Question:
    """A question for a number of any size, right within so many percent."""
    tolerance = abs(answer) * within / 100
    kept = _other_than(answer, slips, tolerance)
    asks = f"within {within:g} % counts as right"
    return Question(text, float(answer), tuple(steps), asks, tolerance, slips=kept, given=given)


def percent(
    text: str, answer: float, steps: Sequence[str], slips: Slips | None = None, **given: Any
) -> Question:
    """A question for a share; `answer` is in percent."""
    asks = "in percent, one decimal; 0.1 more or less still counts"
    kept = _other_than(answer, slips, 0.1)
    return Question(
        text, float(answer), tuple(steps), asks, 0.1, percent=True, slips=kept, given=given
    )


def shape(
    text: str,
    answer: Sequence[int],
    steps: Sequence[str],
    slips: Slips | None = None,
    asks: str = "a shape, such as 16×14×14",
    **given: Any,
) -> Question:
    """A question for a shape."""
    sides = tuple(int(side) for side in answer)
    kept = tuple((wrong, said) for wrong, said in (slips or {}).items() if wrong != sides)
    return Question(text, sides, tuple(steps), asks, slips=kept, given=given)


def choice(
    draw: Draw, text: str, right: Reasoned, wrong: Iterable[Reasoned], **given: Any
) -> Question:
    """A question with answers to choose from, in random order; each says why it is right or not."""
    choices = [Choice(*right, right=True), *(Choice(*pair) for pair in wrong)]
    shuffled = tuple(draw.shuffled(choices))
    letters = "abcdefgh"[: len(choices)]
    asks = f"a letter, {letters[0]} to {letters[-1]}"
    return Question(text, right[0], (right[1],), asks, choices=shuffled, given=given)


def _other_than(
    answer: float, slips: Slips | None, tolerance: float
) -> tuple[tuple[float, str], ...]:
    """The slips that no right answer and no earlier slip could be taken for."""
    kept: list[tuple[float, str]] = []
    for wrong, said in (slips or {}).items():
        taken = [answer, *(value for value, _ in kept)]
        if all(abs(wrong - value) > 2 * tolerance + 1e-9 * abs(value) for value in taken):
            kept.append((float(wrong), said))
    return tuple(kept)
