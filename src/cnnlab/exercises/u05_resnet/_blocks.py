"""What the two blocks of unit 05 share: what they refuse, and how they are asked."""

from __future__ import annotations

import math

import torch

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.networks import (
    EVALUATION,
    TRAINING,
    agree_network,
    expect_every_parameter_used,
)
from cnnlab.learner import LearnerCode

# Blocks that come ready-made would answer these exercises in one line.
READY_MADE = ("torchvision.*", "timm.*")


def agree_on_block(
    learner: LearnerCode,
    draw: Draw,
    exercise: Exercise,
    *args: int,
    size: tuple[int, int] = (6, 5),
) -> None:
    """The learner's block, made with these arguments, computes what ours does and uses all it has.

    It is asked on maps of both signs, in training mode and then in evaluation mode.
    """
    maps = draw_maps(draw, args[0], size)
    block = agree_network(
        learner,
        exercise,
        *args,
        inputs=maps,
        draw=draw,
        modes=(TRAINING, EVALUATION),
        twins=True,
    )
    expect_every_parameter_used(block, maps, draw)


def draw_maps(draw: Draw, channels: int, size: tuple[int, int] = (6, 5)) -> torch.Tensor:
    return draw.normal(3, channels, *size, dtype=torch.float32)


def draw_size(draw: Draw) -> tuple[int, int]:
    """Two different sides."""
    height, width = draw.sample(range(4, 9), 2)
    return height, width


def expect_start_of_torch(learner: LearnerCode, draw: Draw, exercise: Exercise) -> None:
    """The layers of a fresh block hold what torch puts into them. For blocks that are right."""
    block = learner.build(exercise.names[0], 8, 16, 2)
    block.forward(draw_maps(draw, 8))  # lazy layers get their numbers in it
    parameters = list(block.parameters().values())
    norms = sorted((p.min().item(), p.max().item()) for p in parameters if p.dim() == 1)
    half = len(norms) // 2
    scaled_as_usual = norms == [(0.0, 0.0)] * half + [(1.0, 1.0)] * half
    if not (scaled_as_usual and all(_drawn_as_usual(p) for p in parameters if p.dim() > 1)):
        raise Wrong(
            "other_start",
            "The block computes the right thing, but its layers do not start as torch starts them: "
            "nn.Conv2d draws its own weights, and a batch norm begins with scale 1 and offset 0. "
            "Leave that as it is.",
        )


def _drawn_as_usual(weights: torch.Tensor) -> bool:
    """Whether they spread evenly between ±1/√(inputs of an output), as torch draws them."""
    bound = math.prod(weights.shape[1:]) ** -0.5
    spread = weights.std().item() / (bound / 3**0.5)
    return weights.abs().max().item() <= 1.001 * bound and 0.7 < spread < 1.3
