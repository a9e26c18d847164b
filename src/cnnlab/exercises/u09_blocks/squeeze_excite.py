"""`squeeze_excite`: each image decides how much each of its channels counts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import nn

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u09_blocks._blocks import READY_MADE, Row, agree_on_block
from cnnlab.learner import LearnerCode
from cnnlab.models import SqueezeExcite

exercise = Exercise("squeeze_excite", {"SqueezeExcite": SqueezeExcite}, refuses=READY_MADE)

_POOLS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "mean": lambda x: x.mean(dim=(2, 3), keepdim=True),
    "maximum": lambda x: x.amax(dim=(2, 3), keepdim=True),
    "sum": lambda x: x.sum(dim=(2, 3), keepdim=True),
    "whole batch": lambda x: x.mean(dim=(0, 2, 3), keepdim=True),
    "nothing": lambda x: x,
}
_GATES: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "sigmoid": torch.sigmoid,
    "softmax": lambda weights: weights.softmax(dim=1),
    "tanh": torch.tanh,
    "relu": torch.relu,
    "none": lambda weights: weights,
}
_ENDS: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "scaled": lambda x, weights: x * weights,
    "added": lambda x, weights: x + weights,
    "weights": lambda x, weights: weights,
    "residual": lambda x, weights: x + x * weights,
}


class OpenSqueeze(nn.Module):
    """Squeeze-and-excitation with every choice open; the defaults make the right one."""

    def __init__(
        self,
        channels: int,
        reduction: int = 4,
        *,
        pool: str = "mean",
        act: bool = True,
        gate: str = "sigmoid",
        end: str = "scaled",
        bias: bool = True,
        few: Callable[[int, int], int] = lambda channels, reduction: max(1, channels // reduction),
        one_layer: bool = False,
        dense: bool = False,
    ) -> None:
        super().__init__()
        narrow = channels if one_layer else few(channels, reduction)
        plan = [(channels, narrow)] if one_layer else [(channels, narrow), (narrow, channels)]
        self.layers = nn.ModuleList(
            nn.Linear(a, b, bias=bias) if dense else nn.Conv2d(a, b, 1, bias=bias) for a, b in plan
        )
        self.act, self.dense = act, dense
        self.pool, self.gate, self.end = _POOLS[pool], _GATES[gate], _ENDS[end]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        weights = self.pool(x)
        if self.dense:
            weights = weights.flatten(1)
        for number, layer in enumerate(self.layers):
            weights = layer(weights.relu() if number and self.act else weights)
        return self.end(x, self.gate(weights[:, :, None, None] if self.dense else weights))


# Where there is one pixel, a dense layer and a 1×1 convolution are the same.
DENSE = partial(OpenSqueeze, dense=True)

_MISTAKES: tuple[Row, ...] = (
    (
        "sigmoid_missing",
        "There is no sigmoid at the end, so a channel may be turned round or blown up. Its weight "
        "should lie between 0 and 1.",
        {"gate": "none"},
    ),
    (
        "softmax_for_sigmoid",
        "Your weights come from a softmax, so the channels compete for a total of 1. With a "
        "sigmoid each of them is turned up or down for itself.",
        {"gate": "softmax"},
    ),
    (
        "tanh_for_sigmoid",
        "Your weights come from tanh, which may be negative. Here it's a sigmoid: between 0 and 1.",
        {"gate": "tanh"},
    ),
    (
        "relu_for_sigmoid",
        "The last step is a ReLU. Here it's a sigmoid, which keeps each weight between 0 and 1.",
        {"gate": "relu"},
    ),
    (
        "relu_missing",
        "There is no ReLU between the two convolutions, which then are no more than one.",
        {"act": False},
    ),
    (
        "weights_returned",
        "You return the weights of the channels. The block returns its *input*, with every channel "
        "multiplied by its weight.",
        {"end": "weights"},
    ),
    (
        "added_not_multiplied",
        "You add the weights to the input. They multiply it.",
        {"end": "added"},
    ),
    (
        "shortcut_added",
        "You add the input to what comes out. The block only scales it.",
        {"end": "residual"},
    ),
    (
        "squeezed_by_maximum",
        "You take the maximum of every map. Here it's the mean.",
        {"pool": "maximum"},
    ),
    (
        "squeezed_by_sum",
        "You take the sum of every map. Here it's the mean, which doesn't grow with the image.",
        {"pool": "sum"},
    ),
    (
        "squeezed_over_the_batch",
        "Your mean runs over the images of the batch as well. Each image weighs its own channels, "
        "so that it doesn't matter which other images are in the batch.",
        {"pool": "whole batch"},
    ),
    (
        "not_squeezed",
        "You don't average the maps, so that every pixel gets weights of its own. There is one "
        "weight for a whole channel.",
        {"pool": "nothing"},
    ),
    (
        "biases_missing",
        "Your convolutions have no biases. No batch norm follows here, so both have them.",
        {"bias": False},
    ),
    (
        "reduction_ignored",
        "`reduction` has no effect: your block always divides the channels by 4.",
        {"few": lambda channels, reduction: max(1, channels // 4)},
    ),
    (
        "no_channel_left",
        "With fewer channels than `reduction`, your block has none left in the middle. At least "
        "one has to stay: max(1, channels // reduction).",
        {"few": lambda channels, reduction: channels // reduction},
    ),
    (
        "reduction_taken_as_a_number",
        "Your middle has `reduction` channels. It has channels // reduction of them.",
        {"few": lambda channels, reduction: reduction},
    ),
    (
        "middle_not_reduced",
        "Your middle has as many channels as the input. It has channels // reduction, which is "
        "what makes the block cheap.",
        {"few": lambda channels, reduction: channels},
    ),
    (
        "one_layer",
        "Your weights come from a single convolution. Here there are two: down to a few channels, "
        "ReLU, and back up.",
        {"one_layer": True},
    ),
    (
        "default_reduction",
        "Made without `reduction`, your block divides by 16, as the paper does. Here it's 4 unless "
        "told otherwise.",
        {"reduction": 16},
    ),
)
for _mistake, _message, _choices in _MISTAKES:
    exercise.mistake(_mistake, _message)(partial(OpenSqueeze, **_choices))


@exercise.visible("24 channels, squeezed to 6")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 24, also_right=[DENSE])


@exercise.visible("another reduction")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 12, 2, size=(3, 7), also_right=[DENSE])


@exercise.visible("fewer channels than the reduction")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 3, 8, also_right=[DENSE])
