"""The mistakes known for `vgg_block`, each as a block that is built with it."""

from __future__ import annotations

from functools import partial
from typing import Any

from torch import nn

from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u03_vgg._open_block import open_block
from cnnlab.models import vgg_block

REPEATED = (
    "The same convolution is used several times: a list times n holds one layer n times, not n "
    "layers. Make a new one in each round."
)

_WRONG: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "padding_forgotten",
        "The convolutions have no padding: each takes a border of one pixel away. A VGG block "
        "changes the side only at its end.",
        {"padding": 0},
    ),
    (
        "activation_missing",
        "There is no ReLU in the block. A row of convolutions without one is a single linear map, "
        "however long the row.",
        {"relus": "none"},
    ),
    (
        "activation_missing_between",
        "Only the last convolution is followed by a ReLU. Each one is: otherwise the convolutions "
        "before it are together a single larger one.",
        {"relus": "last"},
    ),
    (
        "last_activation_missing",
        "The last convolution is not followed by a ReLU. Each one is, the last one too.",
        {"relus": "inner"},
    ),
    (
        "pooling_missing",
        "The block does not shrink its maps. It ends in a max pooling of 2×2.",
        {"pools": "none"},
    ),
    (
        "pooling_after_every_convolution",
        "The maps are halved after every convolution. The pooling stands once, at the end of the "
        "block.",
        {"pools": "each"},
    ),
    (
        "average_pooling",
        "The maps are shrunk by averages. A VGG block takes the largest of each 2×2 window.",
        {"pool": partial(nn.AvgPool2d, 2)},
    ),
    (
        "overlapping_pooling",
        "The pooling windows overlap: they are 3 wide and 2 apart. That was AlexNet's way; here "
        "they are 2×2.",
        {"pool": partial(nn.MaxPool2d, 3, stride=2)},
    ),
    (
        "overlapping_pooling",
        "The pooling windows overlap: they are 3 wide and 2 apart. That was AlexNet's way; here "
        "they are 2×2.",
        {"pool": partial(nn.MaxPool2d, 3, stride=2, padding=1)},
    ),
    (
        "input_channels_everywhere",
        "Every convolution expects `in_channels`. The second one gets what the first one gave.",
        {"widen": "all"},
    ),
    (
        "widened_at_the_end",
        "The channels change in the last convolution. In VGG the first one of a block changes "
        "them, and the others keep them.",
        {"widen": "last"},
    ),
    (
        "one_norm_for_the_block",
        "There is a single batch norm in the block. Each convolution needs its own, because each "
        "gives other numbers.",
        {"norms": "last"},
    ),
    (
        "one_norm_for_the_block",
        "Every convolution is followed by one and the same batch norm. Each needs its own, because "
        "each gives other numbers.",
        {"repeated": ["norm"]},
    ),
    ("one_convolution_used_again", REPEATED, {"repeated": ["conv"]}),
    ("one_convolution_used_again", REPEATED, {"repeated": ["conv"], "first_apart": True}),
    ("one_convolution_used_again", REPEATED, {"repeated": ["conv", "norm"]}),
    ("one_convolution_used_again", REPEATED, {"repeated": ["conv", "norm"], "first_apart": True}),
    (
        "norm_after_activation",
        "The batch norm stands after the ReLU. It belongs between the convolution and the ReLU.",
        {"order": "conv relu norm"},
    ),
    (
        "norm_before_convolution",
        "The batch norm stands before the convolution. It belongs between the convolution and the "
        "ReLU.",
        {"order": "norm conv relu"},
    ),
    (
        "bias_beside_the_norm",
        "With batch norm the convolutions still have biases. The norm subtracts every constant and "
        "adds a shift of its own, so they would do nothing.",
        {"bias": True},
    ),
    (
        "bias_missing",
        "The convolutions never have a bias. Without batch norm they need it.",
        {"bias": False},
    ),
    (
        "kernel_not_three",
        "The kernels are 5×5. A VGG block has 3×3 kernels only.",
        {"kernel": 5, "padding": 2},
    ),
    (
        "kernel_not_three",
        "The kernels are 1×1. A VGG block has 3×3 kernels only.",
        {"kernel": 1, "padding": 0},
    ),
)


def add_mistakes(exercise: Exercise) -> None:
    """Registers wrong blocks, each with one mistake."""
    for mistake, message, choices in _WRONG:
        exercise.mistake(mistake, message)(partial(open_block, **choices))

    for other, of_them in ((1, "1 convolution"), (2, "2 convolutions")):
        exercise.mistake(
            "number_of_convolutions_ignored",
            f"The block has {of_them} where `num_convs` asks for another number.",
        )(partial(_always, other))

    for more in (1, -1):
        exercise.mistake(
            "one_convolution_off",
            f"The block has one convolution too {'many' if more > 0 else 'few'}.",
        )(partial(_off_by, more))

    @exercise.mistake(
        "norm_never",
        "`batch_norm` has no effect: there is no batch norm in the block.",
    )
    def _(
        in_channels: int, out_channels: int, num_convs: int, batch_norm: bool = False
    ) -> nn.Module:
        return vgg_block(in_channels, out_channels, num_convs)

    @exercise.mistake(
        "norm_always",
        "There is batch norm in the block although nobody asked for it. It is off unless "
        "`batch_norm` is true.",
    )
    def _(
        in_channels: int, out_channels: int, num_convs: int, batch_norm: bool = True
    ) -> nn.Module:
        return vgg_block(in_channels, out_channels, num_convs, batch_norm=True)

    @exercise.mistake(
        "list_without_star",
        "`nn.Sequential` takes the layers themselves, not a list of them. Put a star before the "
        "list: `nn.Sequential(*layers)`.",
    )
    def _(
        in_channels: int, out_channels: int, num_convs: int, batch_norm: bool = False
    ) -> nn.Module:
        layers: Any = list(vgg_block(in_channels, out_channels, num_convs, batch_norm))
        return nn.Sequential(layers)


def _always(
    count: int, in_channels: int, out_channels: int, num_convs: int, batch_norm: bool = False
) -> nn.Module:
    return vgg_block(in_channels, out_channels, count, batch_norm)


def _off_by(
    more: int, in_channels: int, out_channels: int, num_convs: int, batch_norm: bool = False
) -> nn.Module:
    return vgg_block(in_channels, out_channels, num_convs + more, batch_norm)
