"""`moving_average`: the mean of every window of neighbouring numbers."""

from __future__ import annotations

import numpy as np

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode
from numpy_course.exercises.u01_neighbours._telling import telling


def moving_average(x: np.ndarray, width: int) -> np.ndarray:
    """(n,) → (n - width + 1,): the mean of every window that fits."""
    return np.lib.stride_tricks.sliding_window_view(x, width).mean(axis=1)


exercise = Exercise(
    "moving_average", {"moving_average": moving_average}, refuses=["scipy.*", "pandas.*"]
)


@exercise.mistake("sum_not_mean", "The numbers of a window are added up but not divided.")
def _(x: np.ndarray, width: int) -> np.ndarray:
    return moving_average(x, width) * width


@exercise.mistake(
    "divides_by_all",
    "The sum of a window is divided by the length of the whole array. A window holds `width` "
    "numbers.",
)
def _(x: np.ndarray, width: int) -> np.ndarray:
    return moving_average(x, width) * width / len(x)


@exercise.mistake(
    "same_length",
    "The result is as long as `x`: windows that reach over the ends are in it, filled up with "
    "zeros. Only windows that fit count.",
)
def _(x: np.ndarray, width: int) -> np.ndarray:
    return np.convolve(x, np.ones(width) / width, mode="same")


@exercise.mistake(
    "last_window_forgotten",
    "The last window is missing. `range(n)` ends at n - 1, so it takes `len(x) - width + 1`.",
)
def _(x: np.ndarray, width: int) -> np.ndarray:
    return moving_average(x, width)[:-1]


@exercise.mistake(
    "side_by_side",
    "Your windows stand side by side. They overlap: the next one begins one number further on.",
)
def _(x: np.ndarray, width: int) -> np.ndarray:
    return moving_average(x, width)[::width]


@exercise.mistake(
    "mean_so_far",
    "Each number is the mean of everything up to there. A window forgets what lies before it.",
)
def _(x: np.ndarray, width: int) -> np.ndarray:
    return np.cumsum(x) / np.arange(1, len(x) + 1)


@exercise.mistake(
    "cut_to_whole_numbers",
    "For whole numbers the means are cut off at the decimal point. An array of whole numbers, such "
    "as `np.empty_like(x)` or `//` gives, has no room for them.",
)
def _(x: np.ndarray, width: int) -> np.ndarray:
    return moving_average(x, width).astype(x.dtype)


def agree_on_numbers(learner: LearnerCode, draw: Draw, count: int, width: int) -> None:
    """Asks about real numbers, which no window can cut off."""
    x, width = telling(exercise, lambda: (draw.array(count), width), ["cut_to_whole_numbers"])
    agree(learner, exercise, x, width)


def agree_on_whole_numbers(learner: LearnerCode, draw: Draw, count: int, width: int) -> None:
    x, width = telling(exercise, lambda: (np.array(draw.sample(range(-50, 50), count)), width))
    agree(learner, exercise, x, width)


@exercise.visible("windows of three numbers")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_numbers(learner, draw, 8, 3)


@exercise.visible("whole numbers")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_whole_numbers(learner, draw, 7, 2)
