"""The mistakes known for `vgg_block`, each as a block that is built with it."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import nn

from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u03_vgg._open_block import open_block
from cnnlab.models import vgg_block

REPEATED = (
    "You use the same convolution several times: a list times n holds one layer n times, "
    "not n layers. Make a new one in each round of the loop."
)

_WRONG: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "padding_forgotten",
        "Your convolutions have no padding, so each one trims a border of one pixel. With "
        "padding 1 only the pooling changes the size.",
        {"padding": 0},
    ),
    (
        "activation_missing",
        "Your block has no ReLU. However many convolutions you stack without one, together "
        "they are a single linear map.",
        {"relus": "none"},
    ),
    (
        "activation_missing_between",
        "Only the last convolution is followed by a ReLU. Each one needs its own; "
        "otherwise the convolutions before it merge into a single larger one.",
        {"relus": "last"},
    ),
    (
        "last_activation_missing",
        "The last convolution isn't followed by a ReLU. Each one is, including the last.",
        {"relus": "inner"},
    ),
    (
        "pooling_missing",
        "Your block doesn't shrink its maps. It ends in a 2×2 max pooling.",
        {"pools": "none"},
    ),
    (
        "pooling_after_every_convolution",
        "You halve the maps after every convolution. The pooling comes once, at the end of "
        "the block.",
        {"pools": "each"},
    ),
    (
        "average_pooling",
        "You shrink the maps by averaging. A VGG block takes the maximum of each 2×2 window.",
        {"pool": partial(nn.AvgPool2d, 2)},
    ),
    (
        "overlapping_pooling",
        "Your pooling windows overlap: they are 3 wide and 2 apart, as in AlexNet. Here "
        "they are 2×2.",
        {"pool": partial(nn.MaxPool2d, 3, stride=2)},
    ),
    (
        "overlapping_pooling",
        "Your pooling windows overlap: they are 3 wide and 2 apart, as in AlexNet. Here "
        "they are 2×2.",
        {"pool": partial(nn.MaxPool2d, 3, stride=2, padding=1)},
    ),
    (
        "stride_instead_of_pooling",
        "Your last convolution has a stride of 2, which halves the maps. A VGG block keeps their "
        "size in every convolution and halves it with a 2×2 max pooling at the end.",
        {"pools": "none", "last_stride": 2},
    ),
    (
        "input_channels_everywhere",
        "Every convolution expects `in_channels`. From the second one on, the input is the "
        "output of the one before.",
        {"widen": "all"},
    ),
    (
        "widened_at_the_end",
        "You change the channels in the last convolution. In VGG the first one of a block "
        "changes them and the others keep them.",
        {"widen": "last"},
    ),
    (
        "one_norm_for_the_block",
        "There's a single batch norm in the block. Each convolution needs its own, because "
        "each produces different numbers.",
        {"norms": "last"},
    ),
    (
        "one_norm_for_the_block",
        "Every convolution is followed by the same batch norm layer. Each needs its own, "
        "because each produces different numbers.",
        {"repeated": ["norm"]},
    ),
    ("one_convolution_used_again", REPEATED, {"repeated": ["conv"]}),
    ("one_convolution_used_again", REPEATED, {"repeated": ["conv"], "first_apart": True}),
    ("one_convolution_used_again", REPEATED, {"repeated": ["conv", "norm"]}),
    ("one_convolution_used_again", REPEATED, {"repeated": ["conv", "norm"], "first_apart": True}),
    (
        "norm_after_activation",
        "The batch norm comes after the ReLU. Put it between the convolution and the ReLU.",
        {"order": "conv relu norm"},
    ),
    (
        "norm_before_convolution",
        "The batch norm comes before the convolution. Put it between the convolution and the ReLU.",
        {"order": "norm conv relu"},
    ),
    (
        "bias_beside_the_norm",
        "With batch norm your convolutions still have biases. Batch norm subtracts every "
        "constant and adds a shift of its own, so those biases would do nothing.",
        {"bias": True},
    ),
    (
        "bias_missing",
        "Your convolutions never have a bias. Without batch norm they need one.",
        {"bias": False},
    ),
    (
        "kernel_not_three",
        "Your kernels are 5×5. A VGG block has only 3×3 kernels.",
        {"kernel": 5, "padding": 2},
    ),
    (
        "kernel_not_three",
        "Your kernels are 1×1. A VGG block has only 3×3 kernels.",
        {"kernel": 1, "padding": 0},
    ),
)


class _Unregistered(nn.Module):
    """A block that keeps its layers in a plain list."""

    def __init__(
        self, in_channels: int, out_channels: int, num_convs: int, batch_norm: bool = False
    ) -> None:
        super().__init__()
        self.layers: list[Any] = list(vgg_block(in_channels, out_channels, num_convs, batch_norm))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            x = layer(x)
        return x


def add_mistakes(exercise: Exercise) -> None:
    """Registers wrong blocks, each with one mistake."""
    for mistake, message, choices in _WRONG:
        exercise.mistake(mistake, message)(partial(open_block, **choices))

    exercise.mistake(
        "convolutions_in_a_plain_list",
        "Your layers aren't registered as part of the block, so no optimiser will train them. "
        "torch finds layers that are attributes, or inside nn.Sequential or nn.ModuleList, but "
        "not inside a plain list.",
    )(_Unregistered)

    for other, of_them in ((1, "1 convolution"), (2, "2 convolutions")):
        exercise.mistake(
            "number_of_convolutions_ignored",
            f"Your block always has {of_them}. Use `num_convs`.",
        )(partial(_always, other))

    for more in (1, -1):
        exercise.mistake(
            "one_convolution_off",
            f"Your block has one convolution too {'many' if more > 0 else 'few'}.",
        )(partial(_off_by, more))

    @exercise.mistake(
        "norm_never",
        "`batch_norm` has no effect: there's no batch norm in the block.",
    )
    def _(
        in_channels: int, out_channels: int, num_convs: int, batch_norm: bool = False
    ) -> nn.Module:
        return vgg_block(in_channels, out_channels, num_convs)

    @exercise.mistake(
        "norm_always",
        "There's batch norm in the block although it wasn't asked for. Leave it out unless "
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
