"""VGG blocks built with the mistakes learners make, to recognise them by what they compute."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from torch import nn

from cnnlab.check.exercise import Exercise
from cnnlab.reference import vgg as ours


def _max_pool() -> nn.Module:
    return nn.MaxPool2d(2)


def block(
    in_channels: int,
    out_channels: int,
    num_convs: int,
    batch_norm: bool = False,
    *,
    kernel: int = 3,
    padding: int = 1,
    bias: bool | None = None,
    order: str = "conv norm relu",
    norms: str = "each",
    relus: str = "each",
    pool: Callable[[], nn.Module] = _max_pool,
    pools: str = "last",
    widen: str = "first",
    conv_repeated: bool = False,
) -> nn.Sequential:
    """A VGG block with every choice open.

    `norms`, `relus` and `pools` are "each", "last", "none", or for ReLUs "inner": after which
    convolutions they stand. `widen` says which convolution changes the channels, `conv_repeated`
    whether convolutions of one size are one object used again and again.
    """
    kept: dict[Any, nn.Module] = {}

    def convolution(*sizes: int) -> nn.Module:
        fresh = conv(*sizes)
        return kept.setdefault(sizes, fresh) if conv_repeated else fresh

    conv = partial(nn.Conv2d, padding=padding, bias=not batch_norm if bias is None else bias)
    layers: list[nn.Module] = []
    for number in range(1, num_convs + 1):
        last = number == num_convs
        wanted = {"each": True, "last": last, "inner": not last, "none": False}
        c_in, c_out = {
            "first": (in_channels if number == 1 else out_channels, out_channels),
            "last": (in_channels, out_channels if last else in_channels),
            "all": (in_channels, out_channels),
        }[widen]
        normalised = c_in if order.startswith("norm") else c_out
        for part in order.split():
            if part == "conv":
                layers.append(convolution(c_in, c_out, kernel))
            elif part == "norm" and batch_norm and wanted[norms]:
                layers.append(nn.BatchNorm2d(normalised))
            elif part == "relu" and wanted[relus]:
                layers.append(nn.ReLU())
        if wanted[pools]:
            layers.append(pool())
    return nn.Sequential(*layers)


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
        "one_convolution_used_again",
        "The same convolution is used several times: a list times n holds one layer n times, not "
        "n layers. Make a new one in each round.",
        {"conv_repeated": True},
    ),
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
        "one_norm_for_the_block",
        "There is a single batch norm in the block, used once or again and again. Each convolution "
        "needs its own, because each gives other numbers.",
        {"norms": "last"},
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


def add_block_mistakes(exercise: Exercise) -> None:
    """Registers wrong blocks, each with one mistake."""
    for mistake, message, choices in _WRONG:
        exercise.mistake(mistake, message)(partial(block, **choices))

    for other in (1, 2):
        exercise.mistake(
            "number_of_convolutions_ignored",
            f"The block has {other} convolution{'s' if other > 1 else ''} whatever `num_convs` "
            "says.",
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
    def _(in_channels, out_channels, num_convs, batch_norm=False):
        return ours.vgg_block(in_channels, out_channels, num_convs)

    @exercise.mistake(
        "norm_always",
        "There is batch norm in the block although nobody asked for it. It is off unless "
        "`batch_norm` is true.",
    )
    def _(in_channels, out_channels, num_convs, batch_norm=False):
        return ours.vgg_block(in_channels, out_channels, num_convs, batch_norm=True)


def _always(count, in_channels, out_channels, num_convs, batch_norm=False):
    return ours.vgg_block(in_channels, out_channels, count, batch_norm)


def _off_by(more, in_channels, out_channels, num_convs, batch_norm=False):
    return ours.vgg_block(in_channels, out_channels, num_convs + more, batch_norm)
