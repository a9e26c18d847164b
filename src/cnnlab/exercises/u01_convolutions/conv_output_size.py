"""`conv_output_size`: how many positions a window has along one side of an image."""

from __future__ import annotations

import math
from typing import Any

from cnnlab.anatomy.arithmetic import conv_output_size
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode

exercise = Exercise("conv_output_size", {"conv_output_size": conv_output_size})


@exercise.mistake(
    "first_position_shares_the_division",
    "You added the 1 before dividing. It counts the window's first position, which is there "
    "whatever the stride, so add it after the division.",
)
def _(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    return (size + 2 * padding - dilation * (kernel - 1)) // stride


@exercise.mistake(
    "first_position_forgotten",
    "You're one position short. The division counts the steps the window takes; add 1 for the "
    "position it starts from.",
)
def _(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    return conv_output_size(size, kernel, stride, padding, dilation) - 1


@exercise.mistake(
    "padding_one_side",
    "You counted the padding once. It's added at both ends.",
)
def _(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    return conv_output_size(size + padding, kernel, stride, 0, dilation)


@exercise.mistake("padding_ignored", "This is right only for padding 0.")
def _(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    return conv_output_size(size, kernel, stride, 0, dilation)


@exercise.mistake("stride_ignored", "This is right only for stride 1.")
def _(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    return conv_output_size(size, kernel, 1, padding, dilation)


@exercise.mistake(
    "rounds_to_nearest",
    "You round the number of steps to the nearest whole number. A window that doesn't fit "
    "completely is dropped, so round down.",
)
def _(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    return round((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1


@exercise.mistake(
    "rounds_up",
    "You round the number of steps up. A window that doesn't fit completely is dropped, so round "
    "down.",
)
def _(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    return math.ceil((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1


@exercise.mistake("dilation_ignored", "This is right only for dilation 1.")
def _(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    return conv_output_size(size, kernel, stride, padding)


@exercise.mistake(
    "dilation_stretches_every_weight",
    "You let the kernel span kernel × dilation pixels. Dilation widens the gaps between the "
    "weights, and there is one gap fewer than there are weights: the span is dilation × (kernel − "
    "1) + 1.",
)
def _(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    return conv_output_size(size, kernel * dilation, stride, padding)


def agree_on_strides(
    learner: LearnerCode, size: int, kernel: int, stride: int, **settings: Any
) -> None:
    """Asks about a stride that leaves a remainder: first stride 1, then a small and a large one.

    In this order each call meets only mistakes that the calls before it could not tell apart. The
    stride should be 3 or more and leave a remainder of 1.
    """
    agree(learner, exercise, size, kernel, **settings)
    agree(learner, exercise, size, kernel, stride=stride, **settings)
    agree(learner, exercise, size + stride - 2, kernel, stride=stride, **settings)


@exercise.visible("a 3-wide kernel on 5 pixels")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 5, 3)


@exercise.visible("padding 2 keeps the size for a 5-wide kernel")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 32, 5, padding=2)


@exercise.visible("a stride that leaves a remainder")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_strides(learner, size=14, kernel=4, stride=3)


@exercise.visible("a dilated kernel")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 32, 5, dilation=3)
