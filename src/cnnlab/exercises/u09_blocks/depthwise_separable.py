"""`depthwise_separable`: a convolution in two steps, one that looks around and one that mixes."""

from __future__ import annotations

from functools import partial

import torch
from torch import nn

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u09_blocks._blocks import READY_MADE, Row, agree_on_block, unit
from cnnlab.learner import LearnerCode
from cnnlab.models import DepthwiseSeparable


class OpenSeparable(nn.Module):
    """A separable convolution with every choice open; the defaults make the right one."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        stride: int = 1,
        *,
        depthwise: bool = True,
        mixes_first: bool = False,
        strided: tuple[int, ...] = (0,),
        padding: int = 1,
        bias: bool = False,
        norms: tuple[bool, bool] = (True, True),
        acts: tuple[str, str] = ("relu", "relu"),
        act_first: bool = False,
        mixing_kernel: int = 1,
    ) -> None:
        super().__init__()
        between = out_channels if mixes_first else in_channels
        strides = [stride if number in strided else 1 for number in (0, 1)]
        groups = between if depthwise else 1
        look = nn.Conv2d(between, between, 3, strides[0], padding, groups=groups, bias=bias)
        mix = nn.Conv2d(
            in_channels, out_channels, mixing_kernel, strides[1], mixing_kernel // 2, bias=bias
        )
        looking = unit(look, between, norms[0], acts[0], act_first)
        mixing = unit(mix, out_channels, norms[1], acts[1], act_first)
        self.steps = nn.Sequential(*((mixing, looking) if mixes_first else (looking, mixing)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.steps(x)


exercise = Exercise(
    "depthwise_separable", {"DepthwiseSeparable": DepthwiseSeparable}, refuses=READY_MADE
)

_MISTAKES: tuple[Row, ...] = (
    (
        "channels_mixed_twice",
        "Your 3×3 convolution mixes channels, like any other. It's depthwise only with "
        "`groups=in_channels`: then every channel has one kernel of its own.",
        {"depthwise": False},
    ),
    (
        "pointwise_first",
        "You mix the channels first and look around afterwards. Here the depthwise 3×3 comes first "
        "and works on `in_channels` maps.",
        {"mixes_first": True},
    ),
    (
        "bias_beside_norm",
        "Your convolutions have biases. The batch norm after each subtracts the mean, and the bias "
        "with it: leave the bias out.",
        {"bias": True},
    ),
    (
        "norms_missing",
        "There is no batch norm. One follows each of the two convolutions.",
        {"norms": (False, False)},
    ),
    (
        "norm_between_missing",
        "There is no batch norm after the depthwise convolution.",
        {"norms": (False, True)},
    ),
    (
        "last_norm_missing",
        "There is no batch norm after the 1×1 convolution.",
        {"norms": (True, False)},
    ),
    (
        "relu_between_missing",
        "There is no ReLU between the two convolutions.",
        {"acts": ("none", "relu")},
    ),
    (
        "last_relu_missing",
        "There is no ReLU at the end. (That's so in MobileNetV2's block, the next one you'll "
        "write.)",
        {"acts": ("relu", "none")},
    ),
    ("relu_missing", "There is no ReLU. One follows each batch norm.", {"acts": ("none", "none")}),
    (
        "relu_before_norm",
        "The ReLU comes before the batch norm. Here the order is convolution, batch norm, ReLU.",
        {"act_first": True},
    ),
    (
        "relu6_used",
        "Your activation cuts off at 6. Here it's the ordinary ReLU; ReLU6 comes in the next "
        "block.",
        {"acts": ("relu6", "relu6")},
    ),
    ("stride_ignored", "`stride` has no effect: the maps keep their size.", {"strided": ()}),
    (
        "stride_in_pointwise",
        "The stride is in the 1×1 convolution, which then skips three quarters of what the "
        "depthwise one has computed. It belongs to the depthwise convolution.",
        {"strided": (1,)},
    ),
    (
        "stride_twice",
        "Both convolutions have the stride, so the maps shrink twice. Only the depthwise one has "
        "it.",
        {"strided": (0, 1)},
    ),
    (
        "default_stride",
        "Made without `stride`, the block halves the maps. Its stride is 1 unless told otherwise.",
        {"stride": 2},
    ),
    (
        "padding_missing",
        "Your 3×3 convolution has no padding: it takes two rows and two columns off the maps.",
        {"padding": 0},
    ),
    (
        "pointwise_is_3x3",
        "Your second convolution is 3×3. It only has to mix channels: 1×1.",
        {"mixing_kernel": 3},
    ),
)
for _mistake, _message, _choices in _MISTAKES:
    exercise.mistake(_mistake, _message)(partial(OpenSeparable, **_choices))


@exercise.visible("4 channels to 6")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 4, 6, scale=4)


@exercise.visible("a stride of 2, on maps of odd sides")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 4, 6, 2, size=(7, 9))


@exercise.visible("as many channels out as in")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 5, 5)
