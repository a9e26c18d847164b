"""Hidden checks of `quantization_parameters`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.explain import agree
from cnnlab.exercises.u10_budgets.quantization_parameters import agree_on_empty_range, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


def draw_range(draw: Draw, bits: int, nearer: float) -> tuple[float, float]:
    """A range around 0; −low / scale is `nearer` above a whole number that isn't the middle."""
    levels = 2**bits - 1
    steps = draw.integer(levels // 5, levels // 3) + nearer
    scale = float(draw.uniform(1, low=0.01, high=0.1))
    return -steps * scale, (levels - steps) * scale


@hidden.check("ranges on both sides of 0", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    for nearer in (0.3, 0.7):
        agree(learner, exercise, *draw_range(draw, 8, nearer))


@hidden.check("ranges that don't hold 0", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    near, far = float(draw.uniform(1, low=1, high=2)), float(draw.uniform(1, low=3, high=6))
    agree(learner, exercise, near, far)
    agree(learner, exercise, -far, -near)


@hidden.check("other numbers of bits", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    for bits in draw.sample(range(2, 8), 2):
        agree(learner, exercise, *draw_range(draw, bits, 0.3), bits=bits)


@hidden.check("nothing but zeros", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_empty_range(learner, draw.integer(2, 8))
