"""`small_resnet`: a stem, stages of blocks, an average, one dense layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from cnnlab.check.compare import Wrong, expect
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.networks import (
    EVALUATION,
    TRAINING,
    agree_network,
    drawn_weights,
    expect_every_parameter_used,
    shapes_of,
)
from cnnlab.exercises.u05_resnet._blocks import READY_MADE
from cnnlab.exercises.u05_resnet.small_resnet_mistakes import add_mistakes
from cnnlab.learner import LearnerCode, Network
from cnnlab.learner.problems import Missing, NotWritten, Raised
from cnnlab.models import ResidualBlock, SmallResNet

exercise = Exercise(
    "small_resnet",
    {"SmallResNet": SmallResNet},
    refuses=READY_MADE,
    beside={"ResidualBlock": ResidualBlock},
)
add_mistakes(exercise)

# Where an attempt need not be explained, because another one follows.
_WITHOUT_MISTAKES = Exercise(exercise.id, exercise.references, beside=exercise.beside)

OTHER_BLOCK = "DepthwiseBlock"


def agree_on_resnet(
    learner: LearnerCode,
    draw: Draw,
    blocks_per_stage: Sequence[int],
    widths: Sequence[int],
    num_classes: int,
    in_channels: int | None = None,
    size: tuple[int, int] = (13, 10),
) -> None:
    """The learner's network of their own residual blocks computes what ours does.

    If it does not, blocks of a neutral kind decide: a slip in the learner's own costs nothing here.
    """
    plan = _plan(blocks_per_stage, widths, num_classes, in_channels)

    def build(code: LearnerCode) -> Network:
        return code.build("SmallResNet", *plan, block=code.named("ResidualBlock"))

    try:
        _agree(learner, _WITHOUT_MISTAKES, draw, build, draw_images(draw, in_channels, size))
    except (Wrong, Missing, NotWritten, Raised):
        agree_on_other_blocks(
            learner, draw, blocks_per_stage, widths, num_classes, in_channels, size
        )


def agree_on_other_blocks(
    learner: LearnerCode,
    draw: Draw,
    blocks_per_stage: Sequence[int],
    widths: Sequence[int],
    num_classes: int,
    in_channels: int | None = None,
    size: tuple[int, int] = (13, 10),
) -> None:
    """The learner's network of blocks that are in no lesson computes what ours does."""
    plan = _plan(blocks_per_stage, widths, num_classes, in_channels)

    def build(code: LearnerCode) -> Network:
        return code.build("SmallResNet", *plan, block=code.layer(OTHER_BLOCK))

    _agree(learner, exercise, draw, build, draw_images(draw, in_channels, size))


def _plan(
    blocks_per_stage: Sequence[int],
    widths: Sequence[int],
    num_classes: int,
    in_channels: int | None,
) -> list[Sequence[int] | int]:
    """The arguments; the number of channels is left out where it is the usual one."""
    plan: list[Sequence[int] | int] = [list(blocks_per_stage), list(widths), num_classes]
    return plan if in_channels is None else [*plan, in_channels]


def _agree(
    learner: LearnerCode,
    judged: Exercise,
    draw: Draw,
    build: Callable[[LearnerCode], Network],
    images: torch.Tensor,
) -> None:
    network = agree_network(
        learner,
        judged,
        inputs=images,
        draw=draw,
        build=build,
        modes=(TRAINING, EVALUATION),
        twins=True,
    )
    expect_every_parameter_used(network, images, draw)


def expect_own_blocks_by_default(learner: LearnerCode, draw: Draw) -> None:
    """Without `block`, the network is made of the learner's own residual blocks."""
    plan = ([1, 2], [3, 4], 5)
    agree_on_resnet(learner, draw, *plan)  # a network that is wrong anyway has another problem
    images = draw_images(draw, None, (7, 6))
    told = learner.build("SmallResNet", *plan, block=learner.named("ResidualBlock"))
    silent = learner.build("SmallResNet", *plan)
    shapes = [shapes_of(network, images) for network in (told, silent)]
    if sorted(shapes[0].values()) != sorted(shapes[1].values()):
        raise Wrong(
            "other_default",
            "Built without `block`, your network has other parameters than built with your "
            "ResidualBlock. That block is the default.",
        )
    for network, shape in zip((told, silent), shapes, strict=True):
        network.load(drawn_weights(shape, draw.seed, twins=True))
    expect(
        silent.train().forward(images),
        told.train().forward(images),
        "the output of a network built without `block`",
    )


def draw_images(draw: Draw, channels: int | None, size: tuple[int, int]) -> torch.Tensor:
    return draw.normal(4, channels or 3, *size, dtype=torch.float32)


@exercise.visible("residual blocks in three stages")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_resnet(learner, draw, [3, 1, 2], [4, 6, 8], 10)


@exercise.visible("blocks of another kind in four stages, grey images")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_other_blocks(learner, draw, [1, 2, 2, 1], [4, 5, 6, 6], 7, 1, size=(17, 12))


@exercise.visible("residual blocks, unless told otherwise")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_own_blocks_by_default(learner, draw)
