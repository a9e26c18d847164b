"""`dense_block`: every layer reads the maps of all layers before it."""

from __future__ import annotations

from functools import partial

import torch
from torch import nn

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u09_blocks._blocks import READY_MADE, Row, agree_on_block
from cnnlab.learner import LearnerCode
from cnnlab.models import DenseBlock

exercise = Exercise("dense_block", {"DenseBlock": DenseBlock}, refuses=READY_MADE)


class OpenDense(nn.Module):
    """A dense block with every choice open; the defaults make the right one.

    `reads` says what a layer gets: "everything" before it, the "last" maps alone, or the "input"
    beside the last ones. `gives` says what comes out: "everything", only the "new" maps, or the
    "last" layer's.
    """

    def __init__(
        self,
        in_channels: int,
        growth: int,
        layers: int,
        *,
        reads: str = "everything",
        gives: str = "everything",
        newest_first: bool = False,
        order: str = "norm relu conv",
        bias: bool = False,
        padding: int = 1,
        kernel: int = 3,
        bottleneck: bool = False,
        extra: int = 0,
        grows_by_input: bool = False,
    ) -> None:
        super().__init__()
        self.reads, self.gives, self.newest_first = reads, gives, newest_first
        growth = in_channels if grows_by_input else growth
        self.layers = nn.ModuleList()
        for number in range(layers + extra):
            channels = in_channels + number * growth
            if reads == "last" and number:
                channels = growth
            if reads == "input" and number:
                channels = in_channels + growth
            steps: list[nn.Module] = []
            if bottleneck:
                mixing = nn.Conv2d(channels, 4 * growth, 1, bias=False)
                steps += [nn.BatchNorm2d(channels), nn.ReLU(), mixing]
                channels = 4 * growth
            conv = nn.Conv2d(channels, growth, kernel, padding=padding, bias=bias)
            makes = {"conv": conv, "relu": nn.ReLU()}
            after = "norm" in order and order.index("norm") > order.index("conv")
            if "norm" in order:
                makes["norm"] = nn.BatchNorm2d(growth if after else channels)
            self.layers.append(nn.Sequential(*steps, *(makes[step] for step in order.split())))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found = [x]
        for layer in self.layers:
            given = {"everything": found, "last": found[-1:], "input": [x, *found[1:][-1:]]}
            found.append(layer(self._joined(given[self.reads])))
        gives = {"everything": found, "new": found[1:], "last": found[-1:]}
        return self._joined(gives[self.gives])

    def _joined(self, maps: list[torch.Tensor]) -> torch.Tensor:
        return torch.cat(maps[::-1] if self.newest_first else maps, dim=1)


_MISTAKES: tuple[Row, ...] = (
    (
        "reads_the_last_only",
        "Each of your layers reads only what the layer before it gave. In a dense block it reads "
        "everything: the input and the maps of *all* layers before it.",
        {"reads": "last"},
    ),
    (
        "reads_the_last_only",
        "Each of your layers reads only what the layer before it gave, and the block returns only "
        "the last maps: a plain stack. In a dense block every layer reads everything before it.",
        {"reads": "last", "gives": "last"},
    ),
    (
        "reads_input_and_last",
        "Each of your layers reads the input and the maps of the layer just before it. It reads "
        "the maps of *all* layers before it.",
        {"reads": "input"},
    ),
    (
        "input_left_out",
        "The input isn't part of what your block returns. It comes first, unchanged.",
        {"gives": "new"},
    ),
    (
        "only_the_last_returned",
        "Your block returns only the maps of its last layer. It returns everything: the input and "
        "the new maps of all layers.",
        {"gives": "last"},
    ),
    (
        "newest_first",
        "The newest maps come first in your concatenation. Each layer's maps go *behind* those "
        "that are there.",
        {"newest_first": True},
    ),
    (
        "convolution_first",
        "Your layers are convolution, batch norm, ReLU. Here batch norm and ReLU come *first* and "
        "work on all the maps that a layer reads.",
        {"order": "conv norm relu"},
    ),
    (
        "relu_before_norm",
        "In your layers ReLU comes before batch norm. The order is batch norm, ReLU, convolution.",
        {"order": "relu norm conv"},
    ),
    (
        "relu_missing",
        "Your layers have no ReLU. It stands between batch norm and convolution.",
        {"order": "norm conv"},
    ),
    (
        "norm_missing",
        "Your layers have no batch norm. Each begins with one.",
        {"order": "relu conv"},
    ),
    (
        "bias_in_convolution",
        "Your convolutions have biases. Here they have none: each is read through a batch norm.",
        {"bias": True},
    ),
    (
        "padding_missing",
        "Your 3×3 convolutions have no padding, so their maps are smaller than those they should "
        "be concatenated with.",
        {"padding": 0},
    ),
    ("kernel_1x1", "Your convolutions are 1×1. They are 3×3.", {"kernel": 1, "padding": 0}),
    (
        "bottleneck_added",
        "Your layers have a 1×1 convolution before the 3×3. That's the variant DenseNet-B; here "
        "each layer has one convolution.",
        {"bottleneck": True},
    ),
    (
        "one_layer_too_many",
        "Your block has one layer more than `layers`.",
        {"extra": 1},
    ),
    (
        "one_layer_too_few",
        "Your block has one layer less than `layers`.",
        {"extra": -1},
    ),
    (
        "growth_ignored",
        "Each of your layers adds `in_channels` maps. It adds `growth` of them, whatever it reads.",
        {"grows_by_input": True},
    ),
)
for _mistake, _message, _choices in _MISTAKES:
    exercise.mistake(_mistake, _message)(partial(OpenDense, **_choices))


class AddsUp(nn.Module):
    """Adds what is new to what is there."""

    def __init__(self, in_channels: int, growth: int, layers: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Sequential(
                nn.BatchNorm2d(in_channels),
                nn.ReLU(),
                nn.Conv2d(in_channels, in_channels, 3, padding=1, bias=False),
            )
            for _ in range(layers)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            x = x + layer(x)
        return x


exercise.mistake(
    "added_not_concatenated",
    "You add the new maps to the old ones: that's a residual block. A dense block concatenates, so "
    "the number of channels grows by `growth` with every layer.",
)(AddsUp)


@exercise.visible("4 channels, 3 more from each of 3 layers")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 4, 3, 3)


@exercise.visible("2 more from each of 2 layers")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 5, 2, 2, size=(4, 7))
