"""`kaiming_std`: how wide weights begin, so that a signal keeps its size through ReLUs."""

from __future__ import annotations

import math

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode


def kaiming_std(fan_in: int) -> float:
    """The standard deviation of weights that keeps a signal's size through layers with ReLU."""
    return math.sqrt(2 / fan_in)


exercise = Exercise("kaiming_std", {"kaiming_std": kaiming_std})


@exercise.mistake(
    "variance_not_deviation",
    "That's the variance. Return its square root, the standard deviation.",
)
def _(fan_in: int) -> float:
    return 2 / fan_in


@exercise.mistake(
    "relu_not_counted",
    "That's right for a network without nonlinearities. A ReLU sets about half of its "
    "inputs to zero, and the weights have to make up for it.",
)
def _(fan_in: int) -> float:
    return math.sqrt(1 / fan_in)


@exercise.mistake(
    "two_outside_the_root",
    "The 2 belongs under the root: a ReLU halves the mean square, not the standard deviation.",
)
def _(fan_in: int) -> float:
    return 2 / math.sqrt(fan_in)


@exercise.mistake(
    "relu_halves_not_doubles",
    "You make the weights smaller to allow for the ReLU. A ReLU halves the mean square, so "
    "they have to become larger.",
)
def _(fan_in: int) -> float:
    return math.sqrt(1 / (2 * fan_in))


@exercise.mistake(
    "bound_of_a_uniform",
    "That's the bound of a uniform distribution. Its standard deviation is smaller by a "
    "factor of √3.",
)
def _(fan_in: int) -> float:
    return math.sqrt(6 / fan_in)


@exercise.mistake(
    "default_of_torch",
    "That's the spread of torch's default start, which lets the signal fade. Solve "
    "fan_in · std² · ½ = 1 for std.",
)
def _(fan_in: int) -> float:
    return math.sqrt(1 / (3 * fan_in))


@exercise.mistake(
    "kernel_counted_twice",
    "You multiply fan_in by the 9 values of a 3×3 kernel. They are in fan_in already.",
)
def _(fan_in: int) -> float:
    return math.sqrt(2 / (9 * fan_in))


@exercise.mistake(
    "grows_with_the_fan",
    "Your standard deviation grows with fan_in. The more terms a sum has, the smaller each "
    "one has to be.",
)
def _(fan_in: int) -> float:
    return math.sqrt(2 * fan_in)


@exercise.visible("a few values")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 50)
    agree(learner, exercise, 3 * 3 * 16)
