"""The mistakes known for `small_resnet`, each as a network that is built with it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from torch import nn

from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u05_resnet._open_resnet import OpenResNet
from cnnlab.models import ResidualBlock

Block = Callable[..., nn.Module]

LAST_STRIDED = (
    "The stride stands in the last block of a stage. It belongs to the first one, so that the "
    "others already work on the smaller maps."
)


def add_mistakes(exercise: Exercise) -> None:
    """Registers the known mistakes."""
    rows: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (
            "first_stage_strided",
            "The first stage begins with stride 2 as well. The maps stay at full size there; only "
            "later stages halve them.",
            {"strides": lambda stage, place, behind: 2 if place == 0 else 1},
        ),
        (
            "never_strided",
            "The maps never shrink. The first block of every stage but the first has stride 2.",
            {"strides": lambda stage, place, behind: 1},
        ),
        (
            "every_block_strided",
            "Every block of a stage has stride 2. Only the first of a stage halves the maps.",
            {"strides": lambda stage, place, behind: 2 if stage > 0 else 1},
        ),
        (
            "last_block_strided",
            LAST_STRIDED,
            {"strides": lambda stage, place, behind: 2 if stage > 0 and behind == 0 else 1},
        ),
        (
            "last_block_strided",
            LAST_STRIDED,
            {"strides": lambda stage, place, behind: 2 if behind == 0 else 1},
        ),
        (
            "every_block_strided",
            "Every block of the network has stride 2. Only the first one of each later stage "
            "halves the maps.",
            {"strides": lambda stage, place, behind: 2},
        ),
        (
            "default_channels",
            "Made without `in_channels`, the network expects grey images. It expects three "
            "channels unless told otherwise.",
            {"in_channels": 1},
        ),
        (
            "stem_without_relu",
            "There is no ReLU after the stem's batch norm.",
            {"stem": ("norm",)},
        ),
        (
            "stem_without_norm",
            "There is no batch norm after the stem's convolution.",
            {"stem": ("relu",)},
        ),
        (
            "stem_with_bias",
            "The stem's convolution has a bias. Batch norm follows and has its own offset.",
            {"stem_bias": True},
        ),
        (
            "stem_strided",
            "The stem halves the maps. Here it keeps their size.",
            {"stem_stride": 2},
        ),
        (
            "one_count_for_all_stages",
            "Every stage has as many blocks as the first. `blocks_per_stage` has one number for "
            "each stage.",
            {"counts": lambda blocks, number: blocks[0]},
        ),
        (
            "one_block_too_many",
            "Every stage has one block too many: the first one counts, too.",
            {"counts": lambda blocks, number: blocks[number] + 1},
        ),
        (
            "block_repeated",
            "The blocks of a stage are one and the same block: `[block] * n` lists one object n "
            "times, and so they share their weights. Make a new block for each place.",
            {"shared": True},
        ),
        (
            "maximum_instead_of_average",
            "Your network ends in the largest value of each map. It should be the average.",
            {"pool": lambda x: x.amax(dim=(2, 3))},
        ),
        (
            "head_without_bias",
            "The last dense layer has no bias. No batch norm follows it: here the bias stays.",
            {"head_bias": False},
        ),
        (
            "softmax_at_the_end",
            "The network ends in a softmax. It should give logits: the loss holds the softmax.",
            {"end": partial(nn.Softmax, dim=1)},
        ),
        (
            "relu_at_the_end",
            "There is a ReLU after the last dense layer. Logits may be negative.",
            {"end": nn.ReLU},
        ),
        (
            "blocks_not_registered",
            "The network doesn't know about its blocks. Modules kept in a plain Python list aren't "
            "found by parameters(): use nn.Sequential or nn.ModuleList.",
            {"registered": False},
        ),
    )
    for mistake, message, choices in rows:
        exercise.mistake(mistake, message)(partial(OpenResNet, **choices))

    @exercise.mistake(
        "block_ignored",
        "Your network is made of residual blocks whatever `block` is.",
    )
    def _(
        blocks_per_stage: Sequence[int],
        widths: Sequence[int],
        num_classes: int,
        in_channels: int = 3,
        block: Block = ResidualBlock,
    ) -> nn.Module:
        return OpenResNet(blocks_per_stage, widths, num_classes, in_channels)

    @exercise.mistake(
        "channels_ignored",
        "Your stem always expects three channels. Use `in_channels`.",
    )
    def _(
        blocks_per_stage: Sequence[int],
        widths: Sequence[int],
        num_classes: int,
        in_channels: int = 3,
        block: Block = ResidualBlock,
    ) -> nn.Module:
        return OpenResNet(blocks_per_stage, widths, num_classes, 3, block)

    @exercise.mistake(
        "stride_by_width",
        "Your stages halve the maps only where the width changes. Two neighbouring stages may be "
        "equally wide: the first block of every stage but the first has stride 2.",
    )
    def _(
        blocks_per_stage: Sequence[int],
        widths: Sequence[int],
        num_classes: int,
        in_channels: int = 3,
        block: Block = ResidualBlock,
    ) -> nn.Module:
        changes = [width != before for before, width in itertools.pairwise(widths)]

        def stride(stage: int, place: int, behind: int) -> int:
            return 2 if stage > 0 and place == 0 and changes[stage - 1] else 1

        return OpenResNet(blocks_per_stage, widths, num_classes, in_channels, block, strides=stride)

    @exercise.mistake(
        "classes_ignored",
        "Your network always gives ten logits. Use `num_classes`.",
    )
    def _(
        blocks_per_stage: Sequence[int],
        widths: Sequence[int],
        num_classes: int,
        in_channels: int = 3,
        block: Block = ResidualBlock,
    ) -> nn.Module:
        return OpenResNet(blocks_per_stage, widths, 10, in_channels, block)

    @exercise.mistake(
        "three_stages_only",
        "Your network always has three stages. There are as many as `widths` has numbers.",
    )
    def _(
        blocks_per_stage: Sequence[int],
        widths: Sequence[int],
        num_classes: int,
        in_channels: int = 3,
        block: Block = ResidualBlock,
    ) -> nn.Module:
        return OpenResNet(blocks_per_stage[:3], widths[:3], num_classes, in_channels, block)

    @exercise.mistake(
        "list_without_star",
        "`nn.Sequential` takes the layers themselves, not a list of them. Put a star before the "
        "list: `nn.Sequential(*blocks)`.",
    )
    def _(
        blocks_per_stage: Sequence[int],
        widths: Sequence[int],
        num_classes: int,
        in_channels: int = 3,
        block: Block = ResidualBlock,
    ) -> nn.Module:
        blocks: Any = [block(width, width) for width in widths]
        return nn.Sequential(blocks)
