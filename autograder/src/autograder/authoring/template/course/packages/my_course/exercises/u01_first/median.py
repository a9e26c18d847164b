"""`median`: the middle value of a list."""

from __future__ import annotations

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode


def median(numbers: list[float]) -> float:
    """The middle value; with an even count, the mean of the two in the middle."""
    return _of_ordered(sorted(numbers))


def _of_ordered(numbers: list[float]) -> float:
    middle = len(numbers) // 2
    if len(numbers) % 2 == 1:
        return numbers[middle]
    return (numbers[middle - 1] + numbers[middle]) / 2


exercise = Exercise("median", {"median": median}, refuses=["statistics.*", "numpy.*"])


@exercise.mistake("not_sorted", "Put the numbers in order first, then look for the middle.")
def _(numbers: list[float]) -> float:
    return _of_ordered(numbers)


@exercise.mistake("mean", "This is the mean. The median asks for the place, not for the sum.")
def _(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)


@exercise.mistake(
    "upper_middle", "With an even count, take the mean of the two numbers in the middle."
)
def _(numbers: list[float]) -> float:
    return sorted(numbers)[len(numbers) // 2]


@exercise.mistake(
    "rounds_down", "`//` rounds down. The mean of the two in the middle needs `/`, which does not."
)
def _(numbers: list[float]) -> float:
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2 == 1:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) // 2


@exercise.mistake(
    "repeats_count_once", "A number that is there three times counts three times: no `set`."
)
def _(numbers: list[float]) -> float:
    return median(list(set(numbers)))


def draw_numbers(draw: Draw, count: int) -> list[float]:
    """Different numbers, at least 4, of which no known mistake makes the median by chance.

    The largest are in the middle places, one of them is far from the rest, and no two of them add
    up to a whole number.
    """
    *small, large = [number + 0.25 for number in sorted(draw.sample(range(1, 100), count - 1))]
    rest = draw.sample(small, count - 2)
    half = len(rest) // 2
    return [*rest[:half], large, 1000.25, *rest[half:]]


def draw_repeats(draw: Draw) -> list[float]:
    """Five numbers, of which the smallest is there three times; the largest is in the middle."""
    small, larger, largest = [n + 0.25 for n in sorted(draw.sample(range(1, 100), 3))]
    return [larger, small, largest, small, small]


@exercise.visible("an odd count")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, draw_numbers(draw, 5))


@exercise.visible("an even count")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, draw_numbers(draw, 4))


@exercise.visible("a number that is there three times")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, draw_repeats(draw))
