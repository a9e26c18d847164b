"""Hidden checks of `moving_average`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode
from numpy_course.exercises.u01_neighbours.moving_average import (
    agree_on_numbers,
    agree_on_whole_numbers,
    exercise,
)

hidden = HiddenChecks(exercise)


@hidden.check("windows of other widths", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    for width in draw.sample(range(2, 6), 2):
        agree_on_numbers(learner, draw, 2 * width + draw.integer(2, 9), width)


@hidden.check("whole numbers", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_whole_numbers(learner, draw, draw.integer(9, 15), draw.integer(2, 4))


@hidden.check("one window that holds everything", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    count = draw.integer(4, 8)
    agree(learner, exercise, draw.array(count), count)
