"""`inverted_residual`: MobileNetV2's block, wide in the middle and linear at its end."""

from __future__ import annotations

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u09_blocks._blocks import READY_MADE, agree_on_block
from cnnlab.exercises.u09_blocks.inverted_residual_mistakes import add_mistakes
from cnnlab.learner import LearnerCode
from cnnlab.models import InvertedResidual

exercise = Exercise("inverted_residual", {"InvertedResidual": InvertedResidual}, refuses=READY_MADE)
add_mistakes(exercise)

# With inputs of this size, some numbers in the middle reach 6, where ReLU6 cuts them off.
LARGE = 8.0


@exercise.visible("shapes agree: the input is added")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 4, 4, scale=LARGE)


@exercise.visible("other channels, and an expansion of 3")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 4, 6, 1, 3, scale=LARGE)


@exercise.visible("a stride of 2")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 4, 4, 2, size=(7, 9), scale=LARGE)


@exercise.visible("an expansion of 1: nothing is widened")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 5, 3, 1, 1, scale=LARGE)
