"""`residual_block`: the block that adds its input."""

from __future__ import annotations

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u05_resnet._blocks import READY_MADE, agree_on_block, expect_start_of_torch
from cnnlab.exercises.u05_resnet.residual_block_mistakes import add_mistakes
from cnnlab.learner import LearnerCode
from cnnlab.models import ResidualBlock

exercise = Exercise("residual_block", {"ResidualBlock": ResidualBlock}, refuses=READY_MADE)
add_mistakes(exercise)


@exercise.visible("the input itself is added where shapes agree")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 4, 4)


@exercise.visible("a projection where the number of channels changes")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 3, 5)


@exercise.visible("a projection where the maps shrink")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 4, 4, 2)


@exercise.visible("layers that start as torch starts them")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 4, 4)  # another mistake comes first
    expect_start_of_torch(learner, draw, exercise)
