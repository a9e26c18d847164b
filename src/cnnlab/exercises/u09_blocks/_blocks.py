"""What the blocks of unit 09 share: how they are asked, and pieces to make open blocks of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

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

# An id, what to tell, and the choices of an open block that make the mistake.
Row = tuple[str, str, dict[str, Any]]


def agree_on_block(
    learner: LearnerCode,
    draw: Draw,
    exercise: Exercise,
    *args: Any,
    size: tuple[int, int] = (6, 5),
    scale: float = 1.0,
    also_right: Sequence[Callable[..., Any]] = (),
    **kwargs: Any,
) -> None:
    """The learner's block, made with these arguments, computes what ours does and uses all it has.

    It is asked on maps of both signs, in training mode and then in evaluation mode.
    """
    maps = scale * draw.normal(3, args[0], *size, dtype=torch.float32)
    block = agree_network(
        learner,
        exercise,
        *args,
        inputs=maps,
        draw=draw,
        modes=(TRAINING, EVALUATION),
        twins=True,
        also_right=also_right,
        **kwargs,
    )
    expect_every_parameter_used(block, maps, draw)


def draw_size(draw: Draw) -> tuple[int, int]:
    """Two different sides."""
    height, width = draw.sample(range(5, 10), 2)
    return height, width


ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "none": nn.Identity,
}


def unit(
    conv: nn.Module, channels: int, norm: bool = True, act: str = "relu", act_first: bool = False
) -> nn.Sequential:
    """A convolution to `channels` maps, its batch norm if it has one, and its activation."""
    after: list[nn.Module] = [nn.BatchNorm2d(channels)] if norm else []
    after.insert(0 if act_first else len(after), ACTIVATIONS[act]())
    return nn.Sequential(conv, *after)
