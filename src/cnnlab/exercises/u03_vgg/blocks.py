"""The VGG block: small convolutions in a row, then half the side."""

from __future__ import annotations

from typing import Any

from cnnlab.check.agree import agree_network, stir
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u03_vgg.wrong_blocks import add_block_mistakes
from cnnlab.learner import LearnerCode, Network
from cnnlab.reference import vgg as ours

VGG_BLOCK = Exercise("vgg_block", {"vgg_block": ours.vgg_block}, refuses=("torchvision.models.*",))
add_block_mistakes(VGG_BLOCK)


def agree_block(
    learner: LearnerCode,
    draw: Draw,
    in_channels: int,
    out_channels: int,
    num_convs: int,
    batch_norm: bool = False,
    size: tuple[int, int] = (8, 10),
    training: bool = False,
) -> Network:
    """The learner's block computes what ours does, with parameters of ours.

    In training mode batch norms measure what arrives, so their place in the row shows.
    """

    def prepare(network: Network) -> None:
        stir(network, draw)
        if training:
            network.train()

    settings: dict[str, Any] = {"batch_norm": True} if batch_norm else {}
    return agree_network(
        learner,
        VGG_BLOCK,
        in_channels,
        out_channels,
        num_convs,
        **settings,
        inputs=draw.normal(4, in_channels, *size).float(),
        prepare=prepare,
    )


@VGG_BLOCK.visible("one convolution, from 3 channels to 8")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, 3, 8, 1)


@VGG_BLOCK.visible("three convolutions, from 4 channels to 6")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, 4, 6, 3)


@VGG_BLOCK.visible("two convolutions with batch norm")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, 4, 6, 2, batch_norm=True, training=True)
    agree_block(learner, draw, 4, 6, 2, batch_norm=True)
