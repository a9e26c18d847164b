"""Hidden checks of `life_step`."""

from __future__ import annotations

import numpy as np

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode
from numpy_course.exercises.u01_neighbours.life_step import agree_on_board, exercise

hidden = HiddenChecks(exercise)


@hidden.check("boards that are wide", points=6)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_board(learner, draw, draw.integer(4, 6), draw.integer(7, 9))


@hidden.check("boards that are high", points=6)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_board(learner, draw, draw.integer(7, 9), draw.integer(4, 6))


@hidden.check("an empty board stays empty", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, np.zeros((draw.integer(3, 6), draw.integer(3, 6)), dtype=int))
