"""`plain_block`: two convolutions without a shortcut."""

from __future__ import annotations

from functools import partial

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u05_resnet._blocks import READY_MADE, agree_on_block, expect_start_of_torch
from cnnlab.exercises.u05_resnet._open_block import OpenBlock, add_body_mistakes
from cnnlab.learner import LearnerCode
from cnnlab.models import PlainBlock

exercise = Exercise("plain_block", {"PlainBlock": PlainBlock}, refuses=READY_MADE)
add_body_mistakes(exercise)
exercise.mistake(
    "last_relu_missing",
    "There is no ReLU after the second batch norm. The plain block ends in one.",
)(partial(OpenBlock, end=("norm",)))
for projects in (None, "any"):
    exercise.mistake(
        "has_a_shortcut",
        "Your plain block adds its input. That's what the residual block will do; this one has no "
        "shortcut, so that you can compare the two.",
    )(partial(OpenBlock, end=("norm", "add", "relu"), projects=projects))


@exercise.visible("as many channels out as in")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 4, 4)


@exercise.visible("more channels, and half the size")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 3, 5, 2)


@exercise.visible("layers that start as torch starts them")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 4, 4)  # another mistake comes first
    expect_start_of_torch(learner, draw, exercise)
