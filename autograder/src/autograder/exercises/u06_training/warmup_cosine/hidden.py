"""Hidden checks of `warmup_cosine`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u06_training.warmup_cosine import agree_on_schedule, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)

RATES = (0.03, 0.2, 0.7)


@hidden.check("every step of a run, and its end", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    for total in (draw.integer(9, 14), draw.integer(20, 40)):
        agree_on_schedule(learner, total, draw.integer(2, total // 2), draw.choice(RATES))


@hidden.check("no warm-up", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_schedule(learner, draw.integer(5, 12), 0, draw.choice(RATES))


@hidden.check("a warm-up of one step", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_schedule(learner, draw.integer(5, 12), 1, draw.choice(RATES))
