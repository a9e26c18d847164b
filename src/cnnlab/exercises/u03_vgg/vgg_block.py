"""`vgg_block`: small convolutions in a row, then half the side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.networks import (
    EVALUATION,
    TRAINING,
    agree_network,
    expect_every_parameter_used,
)
from cnnlab.exercises.u03_vgg.vgg_block_mistakes import add_mistakes
from cnnlab.learner import LearnerCode, Network
from cnnlab.models import vgg_block

exercise = Exercise("vgg_block", {"vgg_block": vgg_block}, refuses=("torchvision.models.*",))
add_mistakes(exercise)


def agree_on_block(
    learner: LearnerCode,
    draw: Draw,
    in_channels: int,
    out_channels: int,
    num_convs: int,
    batch_norm: bool = False,
    size: tuple[int, int] = (8, 10),
    modes: Sequence[bool] = (EVALUATION,),
) -> Network:
    """The learner's block computes what ours does.

    In training mode batch norms measure what arrives, so their place in the row shows.
    """
    settings: dict[str, Any] = {"batch_norm": True} if batch_norm else {}
    return agree_network(
        learner,
        exercise,
        in_channels,
        out_channels,
        num_convs,
        **settings,
        inputs=draw_images(draw, in_channels, size),
        draw=draw,
        modes=modes,
        twins=True,
    )


def expect_it_can_learn(learner: LearnerCode, draw: Draw, batch_norm: bool) -> None:
    """Every parameter of a block that is right receives a gradient."""
    block = agree_on_block(learner, draw, 3, 5, 3, batch_norm)
    expect_every_parameter_used(block, draw_images(draw, 3, (8, 10)), draw)


def draw_images(draw: Draw, channels: int, size: tuple[int, int]) -> torch.Tensor:
    return draw.normal(4, channels, *size, dtype=torch.float32)


@exercise.visible("one convolution, from 3 channels to 8")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, 3, 8, 1)


@exercise.visible("three convolutions, from 4 channels to 6")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, 4, 6, 3)


@exercise.visible("two convolutions with batch norm")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, 4, 6, 2, batch_norm=True, modes=(TRAINING, EVALUATION))


@exercise.visible("every parameter can learn")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_it_can_learn(learner, draw, batch_norm=False)
