"""The mistakes known for `make_vgg`, each as a network that is built with it."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import nn

from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u03_vgg._open_block import open_block
from cnnlab.exercises.u03_vgg._open_vgg import Config, OpenVgg
from cnnlab.models import make_vgg, vgg_block


def _pooled(side: int) -> nn.Module:
    return nn.Sequential(nn.AdaptiveAvgPool2d(side), nn.Flatten())


_WRONG: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "channels_not_handed_on",
        "Every block expects `in_channels`. A block reads the output of the block before it.",
        {"chained": False},
    ),
    (
        "one_convolution_in_each_block",
        "Every block has just one convolution. The first number of each pair says how many "
        "it should have.",
        {"make_block": lambda c_in, c_out, _: vgg_block(c_in, c_out, 1)},
    ),
    (
        "norm_always",
        "Your blocks contain batch norm. This VGG has none, as in the paper.",
        {"make_block": lambda c_in, c_out, n: vgg_block(c_in, c_out, n, batch_norm=True)},
    ),
    (
        "activation_missing_in_blocks",
        "Your blocks have no ReLU. Without one in between, several convolutions are "
        "together one linear map.",
        {"make_block": partial(open_block, relus="none")},
    ),
    (
        "pooling_missing",
        "Your blocks don't shrink their maps. Each ends in a 2×2 max pooling.",
        {
            "make_block": partial(open_block, pools="none"),
            "numbers": lambda c, size, n: c * size**2,
        },
    ),
    (
        "hidden_layer_missing",
        "There's only one hidden dense layer. Two come before the logits.",
        {"dense": "hr"},
    ),
    (
        "hidden_layer_missing",
        "The flattened maps go straight to the logits. Two hidden dense layers come in between.",
        {"dense": ""},
    ),
    (
        "hidden_layer_too_many",
        "There are three hidden dense layers. Only two come before the logits.",
        {"dense": "hrhrhr"},
    ),
    (
        "head_without_relu",
        "There's no ReLU between the dense layers, so together they are one linear layer.",
        {"dense": "hh"},
    ),
    (
        "head_without_relu",
        "The first hidden dense layer isn't followed by a ReLU.",
        {"dense": "hhr"},
    ),
    (
        "head_without_relu",
        "The second hidden dense layer isn't followed by a ReLU.",
        {"dense": "hrh"},
    ),
    (
        "softmax_at_the_end",
        "Your network ends in a softmax. Return the logits: nn.CrossEntropyLoss applies "
        "the softmax itself.",
        {"end": partial(nn.Softmax, dim=1)},
    ),
    (
        "relu_on_the_logits",
        "Your network ends in a ReLU, so no logit can be negative. Leave the last layer linear.",
        {"end": nn.ReLU},
    ),
    (
        "side_not_squared",
        "Your first dense layer counts only one side of the last maps. A map has height × "
        "width numbers.",
        {"numbers": lambda channels, size, blocks: channels * (size // 2**blocks)},
    ),
    (
        "poolings_forgotten",
        "Your first dense layer expects maps as large as the image. Every block halves the side.",
        {"numbers": lambda channels, size, blocks: channels * size**2},
    ),
    (
        "poolings_counted_once",
        "Your first dense layer expects the side to be halved once. Every block halves it.",
        {"numbers": lambda channels, size, blocks: channels * (size // 2) ** 2},
    ),
    (
        "side_divided_by_the_blocks",
        "You divide the side by 2 × the number of blocks. Halving it in every block "
        "divides it by 2 to the power of that number.",
        {"numbers": lambda channels, size, blocks: channels * (size // (2 * blocks)) ** 2},
    ),
    (
        "side_divided_by_the_blocks",
        "You divide the side by the number of blocks. Halving it in every block divides it by 2 "
        "to the power of that number.",
        {"numbers": lambda channels, size, blocks: channels * (size // blocks) ** 2},
    ),
    (
        "side_rounded_up",
        "You round the side up where it doesn't divide evenly. A pooling drops the last "
        "row and column if they don't fill a window.",
        {"numbers": lambda channels, size, blocks: channels * -((-size // 2**blocks) ** 2)},
    ),
    (
        "image_size_ignored",
        "Your first dense layer expects images of 32×32. Use `image_size`.",
        {"numbers": lambda channels, size, blocks: channels * (32 // 2**blocks) ** 2},
    ),
    (
        "image_size_ignored",
        "Your first dense layer expects maps of 4×4, which three blocks make of 32×32. "
        "Work the side out from `image_size` and the number of blocks.",
        {"numbers": lambda channels, size, blocks: channels * 16},
    ),
    (
        "head_of_the_paper",
        "Your first dense layer expects maps of 7×7. That's what VGG-16 has at 224×224; "
        "here the side follows from `image_size` and the number of blocks.",
        {"numbers": lambda channels, size, blocks: channels * 49},
    ),
    (
        "head_of_the_paper",
        "You bring the maps to 7×7 before flattening, as libraries do for VGG-16. Here "
        "they are flattened as they are.",
        {
            "numbers": lambda channels, size, blocks: channels * 49,
            "reduce": partial(_pooled, 7),
        },
    ),
    (
        "averaged_not_flattened",
        "You average each map down to one number. VGG flattens the maps, so every position "
        "keeps its own weights.",
        {"numbers": lambda channels, size, blocks: channels, "reduce": partial(_pooled, 1)},
    ),
    (
        "batch_flattened_too",
        "You flatten the batch into one long row. Its first dimension counts the images: keep it.",
        {"reduce": partial(nn.Flatten, 0)},
    ),
    (
        "not_flattened",
        "The maps reach the first dense layer without being flattened. Flatten all "
        "dimensions except the first.",
        {"reduce": nn.Identity},
    ),
    (
        "float_not_int",
        "A float reaches `nn.Linear`, which needs whole numbers. Use `//` instead of `/`.",
        {"numbers": lambda channels, size, blocks: channels * (size / 2**blocks) ** 2},
    ),
    (
        "blocks_in_a_plain_list",
        "Your blocks aren't registered as part of the network, so no optimiser will train "
        "them. torch finds layers that are attributes, or inside nn.Sequential or "
        "nn.ModuleList, but not inside a plain list.",
        {"registered": False},
    ),
)


def add_mistakes(exercise: Exercise) -> None:
    """Registers wrong VGGs, each with one mistake."""
    for mistake, message, choices in _WRONG:
        exercise.mistake(mistake, message)(partial(OpenVgg, **choices))

    @exercise.mistake(
        "pairs_swapped",
        "The two numbers of a pair are swapped. The number of convolutions comes first, "
        "then the channels.",
    )
    def _(
        config: Config,
        num_classes: int,
        in_channels: int = 3,
        image_size: int = 32,
        hidden: int = 128,
    ) -> nn.Module:
        swapped = [(channels, convs) for convs, channels in config]
        return make_vgg(swapped, num_classes, in_channels, image_size, hidden)

    @exercise.mistake(
        "in_channels_ignored",
        "Your first block always expects three channels. Use `in_channels`.",
    )
    def _(
        config: Config,
        num_classes: int,
        in_channels: int = 3,
        image_size: int = 32,
        hidden: int = 128,
    ) -> nn.Module:
        return make_vgg(config, num_classes, 3, image_size, hidden)

    @exercise.mistake(
        "list_without_star",
        "`nn.Sequential` takes the layers themselves, not a list of them. Put a star before the "
        "list: `nn.Sequential(*layers)`.",
    )
    def _(
        config: Config,
        num_classes: int,
        in_channels: int = 3,
        image_size: int = 32,
        hidden: int = 128,
    ) -> nn.Module:
        layers: Any = list(make_vgg(config, num_classes, in_channels, image_size, hidden))
        return nn.Sequential(layers)

    for classes in (10, 1000):
        exercise.mistake(
            "num_classes_ignored",
            f"Your network always returns {classes:,} logits. Use `num_classes`.",
        )(partial(_classes_fixed, classes))

    for units in (128, 4096):
        exercise.mistake(
            "hidden_ignored",
            f"Your hidden dense layers always have {units:,} units. Use `hidden`.",
        )(partial(_hidden_fixed, units))


def _classes_fixed(
    classes: int,
    config: Config,
    num_classes: int,
    in_channels: int = 3,
    image_size: int = 32,
    hidden: int = 128,
) -> nn.Module:
    return make_vgg(config, classes, in_channels, image_size, hidden)


def _hidden_fixed(
    units: int,
    config: Config,
    num_classes: int,
    in_channels: int = 3,
    image_size: int = 32,
    hidden: int = 128,
) -> nn.Module:
    with torch.device("meta"):  # 4096 × 4096 numbers take their time to draw, and nobody looks
        network = make_vgg(config, num_classes, in_channels, image_size, units)
    return network.to_empty(device="cpu")
