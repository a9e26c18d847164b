"""The plain block, and the one that adds its input."""

from __future__ import annotations

import torch

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.twins import agree_twins
from cnnlab.exercises.u05_resnet.wrong_blocks import add_plain_mistakes, add_residual_mistakes
from cnnlab.learner import LearnerCode
from cnnlab.reference import resnet as ours

# Blocks that come ready-made would answer these exercises in one line.
READY_MADE = ("torchvision.*", "timm.*")

PLAIN_BLOCK = Exercise("plain_block", {"PlainBlock": ours.PlainBlock}, refuses=READY_MADE)
add_plain_mistakes(PLAIN_BLOCK)

RESIDUAL_BLOCK = Exercise(
    "residual_block", {"ResidualBlock": ours.ResidualBlock}, refuses=READY_MADE
)
add_residual_mistakes(RESIDUAL_BLOCK)


def agree_block(
    learner: LearnerCode,
    draw: Draw,
    exercise: Exercise,
    in_channels: int,
    out_channels: int,
    stride: int = 1,
    size: tuple[int, int] = (6, 5),
) -> None:
    """The learner's block computes what ours does, on inputs of both signs."""
    agree_twins(
        exercise,
        learner.build(exercise.names[0], in_channels, out_channels, stride),
        lambda make: make(in_channels, out_channels, stride),
        inputs=draw_maps(draw, in_channels, size),
        draw=draw,
    )


def draw_maps(draw: Draw, channels: int, size: tuple[int, int] = (6, 5)) -> torch.Tensor:
    return draw.normal(3, channels, *size, dtype=torch.float32)


@PLAIN_BLOCK.visible("as many channels out as in")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, PLAIN_BLOCK, 4, 4)


@PLAIN_BLOCK.visible("more channels, and half the size")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, PLAIN_BLOCK, 3, 5, stride=2)


@RESIDUAL_BLOCK.visible("the input itself is added where shapes agree")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, RESIDUAL_BLOCK, 4, 4)


@RESIDUAL_BLOCK.visible("a projection where the number of channels changes")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, RESIDUAL_BLOCK, 3, 5)


@RESIDUAL_BLOCK.visible("a projection where the maps shrink")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, RESIDUAL_BLOCK, 4, 4, stride=2)
