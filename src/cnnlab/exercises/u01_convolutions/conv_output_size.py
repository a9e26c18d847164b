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
    "The extra 1 went into the division. It stands for the window's first place, which is there "
    "whatever the stride.",
)
def _(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    return (size + 2 * padding - dilation * (kernel - 1)) // stride


@exercise.mistake(
    "first_position_forgotten",
    "One position is missing. The division counts the steps that the window takes; it also stands "
    "somewhere before its first step.",
)
def _(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    return conv_output_size(size, kernel, stride, padding, dilation) - 1


@exercise.mistake(
    "padding_one_side",
    "The padding is counted once. It is added at both ends of the side.",
)
def _(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    return conv_output_size(size + padding, kernel, stride, 0, dilation)


@exercise.mistake("padding_ignored", "The result is right for padding 0 only.")
def _(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    return conv_output_size(size, kernel, stride, 0, dilation)


@exercise.mistake("stride_ignored", "The result is right for stride 1 only.")
def _(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    return conv_output_size(size, kernel, 1, padding, dilation)


@exercise.mistake(
    "rounds_to_nearest",
    "The number of steps is rounded to the nearest. A window that does not fit completely is left "
    "out, however little is missing.",
)
def _(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    return round((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1


@exercise.mistake(
    "rounds_up",
    "Steps that do not come out even are rounded up. A window that does not fit completely is left "
    "out, so the division rounds down.",
)
def _(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    return math.ceil((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1


@exercise.mistake("dilation_ignored", "The result is right for dilation 1 only.")
def _(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    return conv_output_size(size, kernel, stride, padding)


@exercise.mistake(
    "dilation_stretches_every_weight",
    "The kernel is taken to reach kernel × dilation pixels. Dilation widens the gaps between its "
    "weights, and there is one gap fewer than there are weights.",
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


@exercise.visible("a stride that does not divide")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_strides(learner, size=14, kernel=4, stride=3)


@exercise.visible("a dilated kernel")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 32, 5, dilation=3)
