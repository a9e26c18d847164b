"""`conv2d`: the sliding window that multiplies and adds."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from cnnlab.check.blame import blame
from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree
from cnnlab.exercises.u01_convolutions._windows import (
    LIBRARY_WINDOWS,
    WINDOW_OPERATORS,
    expect_same_dtype,
    image,
)
from cnnlab.learner import LearnerCode

Bias = Tensor | None
Sides = tuple[int, int, int, int]


def conv2d(
    x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0
) -> Tensor:
    """(C_in, H, W) and (C_out, C_in, kH, kW) → (C_out, H_out, W_out)."""
    return F.conv2d(x[None], weight, bias, stride, padding)[0]


exercise = Exercise(
    "conv2d", {"conv2d": conv2d}, refuses=LIBRARY_WINDOWS, refuses_operators=WINDOW_OPERATORS
)


@exercise.mistake(
    "kernel_flipped",
    "Your kernel is rotated by 180°. Deep learning lays the kernel on the image as it is "
    "(cross-correlation); only signal processing flips it first.",
)
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    return conv2d(x, weight.flip(-2, -1), bias, stride, padding)


@exercise.mistake(
    "kernel_transposed",
    "You swapped the rows and columns of the kernel. Its second-to-last dimension runs down the "
    "image, its last one across.",
)
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    return conv2d(x, weight.transpose(-2, -1), bias, stride, padding)


@exercise.mistake(
    "mean_not_sum", "You average the products in each window. A convolution adds them up."
)
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    return conv2d(x, weight / weight[0].numel(), bias, stride, padding)


@exercise.mistake(
    "first_channel_only",
    "You use only the first input channel. A kernel reaches through all input channels, and all "
    "the products go into one sum.",
)
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    return conv2d(x[:1], weight[:, :1], bias, stride, padding)


@exercise.mistake(
    "last_channel_only",
    "Only the last input channel survives in your result. Add each channel's sum to the previous "
    "ones (`+=`) instead of overwriting them (`=`).",
)
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    return conv2d(x[-1:], weight[:, -1:], bias, stride, padding)


@exercise.mistake(
    "one_kernel_for_all_channels",
    "You use the same k×k weights for every input channel. A kernel has its own k×k weights for "
    "each of them.",
)
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    return conv2d(x, weight[:, :1].expand_as(weight), bias, stride, padding)


@exercise.mistake(
    "channels_not_summed",
    "You return one map for every pair of input and output channel. Add up the maps of a kernel's "
    "input channels into a single one.",
)
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    maps = [
        conv2d(channel[None], weight[:, index : index + 1], bias, stride, padding)
        for index, channel in enumerate(x)
    ]
    return torch.stack(maps, dim=1)


@exercise.mistake(
    "batch_dimension_left",
    "Your result has an extra dimension in front. conv2d takes one image (C_in, H, W) and returns "
    "(C_out, H_out, W_out), without a batch dimension.",
)
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    return conv2d(x, weight, bias, stride, padding)[None]


@exercise.mistake(
    "kernels_summed",
    "All output channels are the same: you sum the products of all kernels together. Each output "
    "channel has its own kernel and its own sum.",
)
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    all_kernels = weight.sum(dim=0, keepdim=True).expand_as(weight)
    return conv2d(x, all_kernels, bias, stride, padding)


@exercise.mistake("bias_ignored", "The bias is missing.")
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    return conv2d(x, weight, None, stride, padding)


@exercise.mistake(
    "bias_for_each_input_channel",
    "You add the bias once for every input channel. Add it once, to the finished sum.",
)
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    return conv2d(x, weight, None if bias is None else bias * len(x), stride, padding)


_BIAS_WITHOUT_VIEW = (
    "bias_without_view",
    "The bias has shape (C_out,), the result (C_out, H_out, W_out). Adding them lines the bias up "
    "with the *columns*. Give it two more dimensions first: `bias[:, None, None]` or "
    "`bias.view(-1, 1, 1)`.",
)


@exercise.mistake(*_BIAS_WITHOUT_VIEW)
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    result = conv2d(x, weight, None, stride, padding)
    return result if bias is None else result + bias


@exercise.mistake(*_BIAS_WITHOUT_VIEW)
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    result = conv2d(x, weight, None, stride, padding)
    if bias is not None:
        result += bias  # in place, torch words its error differently
    return result


@exercise.mistake(
    "truth_of_a_tensor",
    "`if bias:` asks whether a whole tensor is true, and torch can't say for more than one number. "
    "Write `if bias is not None:`.",
)
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    return conv2d(x, weight, bias if bias else None, stride, padding)


@exercise.mistake(
    "padding_ignored", "This is right only for padding 0: the border of zeros is missing."
)
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    return conv2d(x, weight, bias, stride)


def _bordered(
    x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0, *, sides: Sides
) -> Tensor:
    """Convolution of an image with a border of other widths: on the left, right, top, bottom."""
    return conv2d(F.pad(x, [times * padding for times in sides]), weight, bias, stride)


for _sides in ((0, 1, 0, 1), (1, 0, 1, 0), (0, 2, 0, 2), (2, 0, 2, 0)):
    exercise.mistake(
        "padding_one_side",
        "Your zeros are on one side only. Padding 1 adds a row above and a row below, a column on "
        "the left and one on the right.",
    )(partial(_bordered, sides=_sides))

for _sides in ((0, 0, 1, 1), (1, 1, 0, 0)):
    exercise.mistake(
        "padding_one_direction",
        "Your zeros are only above and below, or only left and right. Padding goes on all four "
        "sides.",
    )(partial(_bordered, sides=_sides))


@exercise.mistake(
    "border_repeated", "Your border repeats the edge of the image. Here padding means zeros."
)
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    wider = F.pad(x[None], (padding,) * 4, mode="replicate")[0]
    return conv2d(wider, weight, bias, stride)


@exercise.mistake(
    "size_without_padding",
    "You pad the image but compute the output size without padding, so the last rows and columns "
    "are missing.",
)
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    _, height, width = conv2d(x, weight, None, stride).shape
    return conv2d(x, weight, bias, stride, padding)[:, :height, :width]


@exercise.mistake(
    "stride_ignored", "Your window always moves by one pixel, so this is right only for stride 1."
)
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    return conv2d(x, weight, bias, 1, padding)


@exercise.mistake(
    "stride_only_in_the_size",
    "Your output size takes the stride into account, but the window still moves by one pixel. "
    "Output (i, j) starts at row i·stride and column j·stride.",
)
def _(x: Tensor, weight: Tensor, bias: Bias = None, stride: int = 1, padding: int = 0) -> Tensor:
    _, height, width = conv2d(x, weight, None, stride, padding).shape
    return conv2d(x, weight, bias, 1, padding)[:, :height, :width]


def agree_on_any_sides(
    learner: LearnerCode, x: Tensor, weight: Tensor, *bias: Tensor, **kw: Any
) -> None:
    """Asks about an image of any sides, and says so if a square one would have been no trouble."""
    side = min(x.shape[-2:])
    with blame(
        "image_taken_for_square",
        "Your code works for square images and fails for others. x is (C_in, H, W): the rows of "
        "the result come from H, its columns from W.",
        if_passes=lambda: agree(learner, exercise, x[:, :side, :side], weight, *bias, **kw),
    ):
        agree(learner, exercise, x, weight, *bias, **kw)


def agree_without_bias(learner: LearnerCode, x: Tensor, weight: Tensor, **kw: Any) -> None:
    """Asks with no bias, and says so if a bias of zeros would have been no trouble."""
    with blame(
        "bias_taken_for_granted",
        "Your code fails when there is no bias. `bias=None` means that nothing is added.",
        if_passes=lambda: agree(learner, exercise, x, weight, torch.zeros(len(weight)), **kw),
    ):
        agree_on_any_sides(learner, x, weight, **kw)


def agree_on_one_channel(learner: LearnerCode, x: Tensor, weight: Tensor) -> None:
    """Asks about one channel in and one out, and for a result of the image's dtype.

    Here maps that were not summed look like a batch of one. Two channels tell the two apart.
    """
    try:
        agree_without_bias(learner, x, weight)
    except Wrong as wrong:
        if wrong.mistake == "channels_not_summed":
            agree(learner, exercise, torch.cat([x, x]), torch.cat([weight, weight], dim=1))
        raise
    expect_same_dtype(learner, "conv2d", x, weight)


def agree_on_oblong(learner: LearnerCode, x: Tensor, weight: Tensor, **kw: Any) -> None:
    """Asks with a kernel that is not square, and says so if a square one would do."""
    side = min(weight.shape[-2:])
    with blame(
        "kernel_taken_for_square",
        "Your code works for square kernels and fails for others. kH and kW can differ.",
        if_passes=lambda: agree(learner, exercise, x, weight[..., :side, :side], **kw),
    ):
        agree(learner, exercise, x, weight, **kw)


@exercise.visible("one channel, a 3×3 kernel")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_one_channel(learner, image(draw, 1, 5, 5), image(draw, 1, 1, 3, 3))


@exercise.visible("two channels in, three out, with a bias")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_any_sides(learner, image(draw, 2, 5, 6), image(draw, 3, 2, 3, 3), image(draw, 3))


@exercise.visible("padding keeps the size")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_without_bias(learner, image(draw, 2, 5, 4), image(draw, 3, 2, 3, 3), padding=1)


@exercise.visible("stride 2")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_without_bias(learner, image(draw, 2, 7, 6), image(draw, 3, 2, 3, 3), stride=2)
