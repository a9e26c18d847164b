"""Hidden checks of `median`: other numbers, and other counts, than learners see."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode
from my_course.exercises.u01_first.median import draw_numbers, draw_repeats, exercise

hidden = HiddenChecks(exercise)


@hidden.check("an odd count", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, draw_numbers(draw, draw.choice([5, 7, 9])))


@hidden.check("an even count", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, draw_numbers(draw, draw.choice([4, 6, 8])))


@hidden.check("numbers that repeat", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, draw_repeats(draw))
