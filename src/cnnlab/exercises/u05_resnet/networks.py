"""The network of blocks: a stem, stages, an average, one dense layer."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from cnnlab.check.compare import Wrong, expect
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.twins import agree_twins, one_value_a_shape
from cnnlab.exercises.u05_resnet.blocks import READY_MADE
from cnnlab.exercises.u05_resnet.wrong_networks import add_network_mistakes
from cnnlab.learner import LearnerCode, fixtures
from cnnlab.learner.problems import Missing, NotWritten, Raised
from cnnlab.reference import resnet as ours

SMALL_RESNET = Exercise("small_resnet", {"SmallResNet": ours.SmallResNet}, refuses=READY_MADE)
add_network_mistakes(SMALL_RESNET)

OTHER_BLOCK = "DepthwiseBlock"


def agree_resnet(
    learner: LearnerCode,
    draw: Draw,
    blocks_per_stage: Sequence[int],
    widths: Sequence[int],
    num_classes: int,
    in_channels: int = 3,
    size: tuple[int, int] = (13, 10),
) -> None:
    """The learner's network of their own residual blocks computes what ours does.

    If it does not, blocks of a neutral kind decide: a slip in the learner's own costs nothing here.
    """
    plan = (list(blocks_per_stage), list(widths), num_classes, in_channels)
    try:
        agree_twins(
            SMALL_RESNET,
            learner.build("SmallResNet", *plan, block=learner.named("ResidualBlock")),
            lambda make: make(*plan, block=ours.ResidualBlock),
            inputs=draw_images(draw, in_channels, size),
            draw=draw,
        )
    except (Wrong, Missing, NotWritten, Raised):
        agree_on_other_blocks(learner, draw, *plan, size=size)


def agree_on_other_blocks(
    learner: LearnerCode,
    draw: Draw,
    blocks_per_stage: Sequence[int],
    widths: Sequence[int],
    num_classes: int,
    in_channels: int = 3,
    size: tuple[int, int] = (13, 10),
) -> None:
    """The learner's network of blocks that are in no lesson computes what ours does."""
    plan = (list(blocks_per_stage), list(widths), num_classes, in_channels)
    agree_twins(
        SMALL_RESNET,
        learner.build("SmallResNet", *plan, block=learner.layer(OTHER_BLOCK)),
        lambda make: make(*plan, block=fixtures.layer(OTHER_BLOCK)),
        inputs=draw_images(draw, in_channels, size),
        draw=draw,
    )


def expect_own_blocks_by_default(learner: LearnerCode, draw: Draw) -> None:
    """Without `block`, the network is made of the learner's own residual blocks."""
    plan = ([1, 1], [3, 4], 5)
    agree_resnet(learner, draw, *plan)  # a network that is wrong anyway has another problem
    images = draw_images(draw, 3, (7, 6))
    told = learner.build("SmallResNet", *plan, block=learner.named("ResidualBlock"))
    values = one_value_a_shape(told.parameters(), draw)
    told.load(values)
    silent = learner.build("SmallResNet", *plan)
    by_shape = {tuple(value.shape): value for value in values.values()}
    shapes = sorted(tuple(value.shape) for value in silent.parameters().values())
    if shapes != sorted(tuple(value.shape) for value in values.values()):
        raise Wrong(
            "other_default",
            "Built without `block`, your network has other parameters than built with your "
            "ResidualBlock. That block is the default.",
        )
    silent.load({n: by_shape[tuple(p.shape)] for n, p in silent.parameters().items()})
    expect(
        silent.train().forward(images),
        told.train().forward(images),
        "the output of a network built without `block`",
    )


def draw_images(draw: Draw, channels: int, size: tuple[int, int]) -> torch.Tensor:
    return draw.normal(4, channels, *size, dtype=torch.float32)


@SMALL_RESNET.visible("residual blocks in three stages")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_resnet(learner, draw, [3, 1, 2], [4, 6, 8], 10)


@SMALL_RESNET.visible("blocks of another kind in two stages")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_other_blocks(learner, draw, [1, 2], [4, 5], 10)


@SMALL_RESNET.visible("residual blocks, unless told otherwise")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_own_blocks_by_default(learner, draw)
