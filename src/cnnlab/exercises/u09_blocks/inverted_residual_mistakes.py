"""The mistakes known for `inverted_residual`, each as a block that is built with it."""

from __future__ import annotations

from functools import partial

import torch
from torch import nn
from torch.nn import functional as F

from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u09_blocks._blocks import Row, unit


class OpenInverted(nn.Module):
    """An inverted residual with every choice open; the defaults make the right one.

    `adds` says where the shortcut is: "fits" where stride and channels allow it, "always",
    "channels" where the channels agree, "stride" where the stride is 1, "never", "projected" with a
    1×1 convolution where they don't.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        stride: int = 1,
        expansion: int = 6,
        *,
        adds: str = "fits",
        widens: str = "multiplied",
        skips_at_1: bool = True,
        depthwise: bool = True,
        strided: tuple[int, ...] = (1,),
        padding: int = 1,
        bias: bool = False,
        norms: tuple[bool, bool, bool] = (True, True, True),
        acts: tuple[str, str, str] = ("relu6", "relu6", "none"),
        act_first: bool = False,
        relu_after_addition: bool = False,
        input_first: bool = True,
    ) -> None:
        super().__init__()
        wide = {
            "multiplied": in_channels * expansion,
            "divided": max(1, in_channels // expansion),
            "from the output": out_channels * expansion,
            "by six": in_channels * 6 if expansion != 1 else in_channels,
        }[widens]
        strides = [stride if number in strided else 1 for number in range(3)]
        convs = [
            nn.Conv2d(in_channels, wide, 1, strides[0], bias=bias),
            nn.Conv2d(
                wide, wide, 3, strides[1], padding, groups=wide if depthwise else 1, bias=bias
            ),
            nn.Conv2d(wide, out_channels, 1, strides[2], bias=bias),
        ]
        self.body = nn.Sequential()
        for number, conv in enumerate(convs):
            if number == 0 and expansion == 1 and skips_at_1:
                continue
            channels = int(conv.out_channels)
            self.body.append(unit(conv, channels, norms[number], acts[number], act_first))
        fits = {"channels": in_channels == out_channels, "stride": stride == 1}
        self.adds = {
            "fits": all(fits.values()),
            "always": True,
            "never": False,
            "projected": True,
            **fits,
        }[adds]
        self.shortcut: nn.Module = nn.Identity()
        if adds == "projected" and not all(fits.values()):
            conv = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
            self.shortcut = nn.Sequential(conv, nn.BatchNorm2d(out_channels))
        self.relu_after_addition, self.input_first = relu_after_addition, input_first

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = self.body(x)
        if self.adds:
            beside = self.shortcut(x)
            out = beside + out if self.input_first else out + beside
        return F.relu(out) if self.relu_after_addition else out


_ROWS: tuple[Row, ...] = (
    (
        "activation_at_the_end",
        "There is an activation after the last convolution. The narrow end stays linear: a ReLU "
        "would throw away half of the few channels that are left.",
        {"acts": ("relu6", "relu6", "relu6")},
    ),
    (
        "activation_at_the_end",
        "There is a ReLU after the last convolution. The narrow end stays linear: a ReLU would "
        "throw away half of the few channels that are left.",
        {"acts": ("relu6", "relu6", "relu")},
    ),
    (
        "relu_after_addition",
        "There is a ReLU after the addition, as in a ResNet. This block's output stays linear.",
        {"relu_after_addition": True},
    ),
    (
        "relu_not_relu6",
        "Your activation is the plain ReLU. Here it's ReLU6, which also cuts off what is above 6.",
        {"acts": ("relu", "relu", "none")},
    ),
    (
        "relu_not_relu6",
        "One of your two activations is the plain ReLU. Both are ReLU6, which also cuts off what "
        "is above 6.",
        {"acts": ("relu6", "relu", "none")},
    ),
    (
        "relu_not_relu6",
        "One of your two activations is the plain ReLU. Both are ReLU6, which also cuts off what "
        "is above 6.",
        {"acts": ("relu", "relu6", "none")},
    ),
    (
        "shortcut_missing",
        "The input is never added. Where stride is 1 and the channels agree, it is.",
        {"adds": "never"},
    ),
    *(
        (
            "shortcut_whatever_the_shape",
            "You add the input where its shape isn't that of the output. There is a shortcut only "
            "where the stride is 1 *and* the channels agree.",
            {"adds": adds, "input_first": input_first},
        )
        for adds in ("always", "channels", "stride")
        for input_first in (True, False)  # torch's errors name the two in order
    ),
    (
        "shortcut_projected",
        "Where shapes differ you add the input through a 1×1 convolution, as a ResNet does. This "
        "block then has no shortcut at all.",
        {"adds": "projected"},
    ),
    (
        "narrow_in_the_middle",
        "Your block is narrow in the middle, as a ResNet's bottleneck is. This one is *inverted*: "
        "the middle has in_channels · expansion channels.",
        {"widens": "divided"},
    ),
    (
        "widened_from_the_output",
        "Your middle has out_channels · expansion channels. The expansion multiplies "
        "`in_channels`.",
        {"widens": "from the output"},
    ),
    (
        "expansion_ignored",
        "Your middle is six times as wide as the input, whatever `expansion` says.",
        {"widens": "by six"},
    ),
    (
        "expands_by_one",
        "With an expansion of 1 your block still has the first 1×1 convolution. There it's left "
        "out: nothing has to be widened.",
        {"skips_at_1": False},
    ),
    (
        "channels_mixed_in_the_middle",
        "Your 3×3 convolution mixes channels. It's depthwise only with as many `groups` as the "
        "middle has channels.",
        {"depthwise": False},
    ),
    (
        "stride_in_expansion",
        "The stride is in the first 1×1 convolution, which then never sees most pixels. It "
        "belongs to the depthwise convolution.",
        {"strided": (0,)},
    ),
    (
        "stride_in_projection",
        "The stride is in the last 1×1 convolution. It belongs to the depthwise convolution.",
        {"strided": (2,)},
    ),
    ("stride_ignored", "`stride` has no effect: the maps keep their size.", {"strided": ()}),
    (
        "padding_missing",
        "Your 3×3 convolution has no padding: it takes two rows and two columns off the maps.",
        {"padding": 0},
    ),
    (
        "bias_beside_norm",
        "Your convolutions have biases. The batch norm after each subtracts the mean, and the bias "
        "with it: leave the bias out.",
        {"bias": True},
    ),
    (
        "last_norm_missing",
        "There is no batch norm after the last convolution. It has no activation, but it has a "
        "norm.",
        {"norms": (True, True, False)},
    ),
    (
        "middle_norm_missing",
        "There is no batch norm after the depthwise convolution.",
        {"norms": (True, False, True)},
    ),
    (
        "first_norm_missing",
        "There is no batch norm after the first 1×1 convolution.",
        {"norms": (False, True, True)},
    ),
    (
        "norms_missing",
        "There is no batch norm. One follows each convolution.",
        {"norms": (False, False, False)},
    ),
    (
        "middle_activation_missing",
        "There is no ReLU6 after the depthwise convolution.",
        {"acts": ("relu6", "none", "none")},
    ),
    (
        "first_activation_missing",
        "There is no ReLU6 after the first 1×1 convolution.",
        {"acts": ("none", "relu6", "none")},
    ),
    (
        "activation_before_norm",
        "ReLU6 comes before the batch norm. Here the order is convolution, batch norm, ReLU6.",
        {"act_first": True},
    ),
    (
        "default_stride",
        "Made without `stride`, the block halves the maps. Its stride is 1 unless told otherwise.",
        {"stride": 2},
    ),
    (
        "default_expansion",
        "Made without `expansion`, the block widens nothing. It widens by 6 unless told otherwise.",
        {"expansion": 1},
    ),
)


def add_mistakes(exercise: Exercise) -> None:
    for mistake, message, choices in _ROWS:
        exercise.mistake(mistake, message)(partial(OpenInverted, **choices))
