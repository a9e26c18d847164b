"""Hidden checks of `separable_cost`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.explain import agree
from cnnlab.exercises.u09_blocks.separable_cost import exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


def _sizes(draw: Draw, kernel: int) -> tuple[int, ...]:
    """No two sizes are the same, so none can stand in for another."""
    channels, maps = draw.sample(range(11, 90), 2), draw.sample(range(11, 90), 2)
    return *channels, kernel, *maps


@hidden.check("3×3 kernels", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, *_sizes(draw, 3))


@hidden.check("larger kernels", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, *_sizes(draw, draw.choice((5, 7))))
