"""`pool2d`: the sliding window that keeps the largest number, or the mean."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from cnnlab.check.blame import blame
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree
from cnnlab.exercises.u01_convolutions._windows import (
    LIBRARY_WINDOWS,
    WINDOW_OPERATORS,
    brightness,
    expect_same_dtype,
)
from cnnlab.learner import LearnerCode


def pool2d(
    x: torch.Tensor, kernel: int, stride: int | None = None, mode: str = "max"
) -> torch.Tensor:
    """(C, H, W) → (C, H_out, W_out): the largest or the mean value of each window."""
    if mode == "max":
        return F.max_pool2d(x[None], kernel, stride)[0]
    return F.avg_pool2d(x[None], kernel, stride)[0]


exercise = Exercise(
    "pool2d",
    {"pool2d": pool2d},
    refuses=LIBRARY_WINDOWS,
    refuses_operators=WINDOW_OPERATORS,
)


@exercise.mistake(
    "maximum_starts_at_zero",
    "When all the numbers in a window are negative, you return 0. The maximum is one of the "
    "window's own numbers, so don't start the search at 0.",
)
def _(x: torch.Tensor, kernel: int, stride: int | None = None, mode: str = "max") -> torch.Tensor:
    return pool2d(x, kernel, stride, mode).clamp(min=0)


@exercise.mistake("always_max", 'You take the maximum even when the mode is "avg".')
def _(x: torch.Tensor, kernel: int, stride: int | None = None, mode: str = "max") -> torch.Tensor:
    return pool2d(x, kernel, stride, "max")


@exercise.mistake("always_avg", 'You take the mean even when the mode is "max".')
def _(x: torch.Tensor, kernel: int, stride: int | None = None, mode: str = "max") -> torch.Tensor:
    return pool2d(x, kernel, stride, "avg")


def _pooled(
    x: torch.Tensor, kernel: int, stride: int | None, mode: str, mean_times: float
) -> torch.Tensor:
    """Pooling with means that are too large by a factor; maxima are right."""
    pooled = pool2d(x, kernel, stride, mode)
    return pooled * mean_times if mode == "avg" else pooled


@exercise.mistake("sum_not_mean", "For the average you add up the window but don't divide.")
def _(x: torch.Tensor, kernel: int, stride: int | None = None, mode: str = "max") -> torch.Tensor:
    return _pooled(x, kernel, stride, mode, kernel**2)


@exercise.mistake(
    "divides_by_the_side",
    "You divide the sum by the side of the window. A window holds side × side numbers.",
)
def _(x: torch.Tensor, kernel: int, stride: int | None = None, mode: str = "max") -> torch.Tensor:
    return _pooled(x, kernel, stride, mode, kernel)


@exercise.mistake(
    "divides_by_four",
    "You always divide the sum by 4. That's right for 2×2 windows only.",
)
def _(x: torch.Tensor, kernel: int, stride: int | None = None, mode: str = "max") -> torch.Tensor:
    return _pooled(x, kernel, stride, mode, kernel**2 / 4)


@exercise.mistake(
    "stride_none_is_one",
    "Without a stride, your window moves by one pixel. For pooling, `stride=None` means that it "
    "moves by its own width.",
)
def _(x: torch.Tensor, kernel: int, stride: int | None = None, mode: str = "max") -> torch.Tensor:
    return pool2d(x, kernel, stride or 1, mode)


@exercise.mistake(
    "stride_ignored",
    "Your window always moves by its own width, even when another stride is given.",
)
def _(x: torch.Tensor, kernel: int, stride: int | None = None, mode: str = "max") -> torch.Tensor:
    return pool2d(x, kernel, None, mode)


@exercise.mistake(
    "stride_only_in_the_size",
    "Your output size takes the stride into account, but the window still moves by one pixel.",
)
def _(x: torch.Tensor, kernel: int, stride: int | None = None, mode: str = "max") -> torch.Tensor:
    _, height, width = pool2d(x, kernel, stride, mode).shape
    return pool2d(x, kernel, 1, mode)[:, :height, :width]


@exercise.mistake(
    "keeps_windows_that_do_not_fit",
    "You also use windows that stick out over the edge. Only complete windows count; leftover "
    "rows and columns are dropped.",
)
def _(x: torch.Tensor, kernel: int, stride: int | None = None, mode: str = "max") -> torch.Tensor:
    pool = F.max_pool2d if mode == "max" else F.avg_pool2d
    return pool(x[None], kernel, stride, ceil_mode=True)[0]


@exercise.mistake(
    "channels_pooled_together",
    "All your channels hold the same result: you pooled across the channels. Pool each channel "
    "separately.",
)
def _(x: torch.Tensor, kernel: int, stride: int | None = None, mode: str = "max") -> torch.Tensor:
    pooled = pool2d(x, kernel, stride, mode)
    one = pooled.amax(dim=0) if mode == "max" else pooled.mean(dim=0)
    return one.expand_as(pooled)


def agree_on_blocks(learner: LearnerCode, x: torch.Tensor, kernel: int) -> None:
    """Asks for the maxima of windows side by side, and for a result of the image's dtype."""
    agree(learner, exercise, x, kernel)
    expect_same_dtype(learner, "pool2d", x, kernel)


def agree_on_leftovers(
    learner: LearnerCode, x: torch.Tensor, kernel: int, stride: int, **settings: Any
) -> None:
    """Asks about sides that the windows do not fill, and says so if that alone is the trouble."""
    height, width = (side - (side - kernel) % stride for side in x.shape[-2:])
    filled = x[:, :height, :width]
    with blame(
        "expects_sides_that_fill",
        "Your code fails when rows or columns are left over at the edge. They are simply dropped.",
        if_passes=lambda: agree(learner, exercise, filled, kernel, stride, **settings),
    ):
        agree(learner, exercise, x, kernel, stride, **settings)


@exercise.visible("max-pooling of 2×2 windows")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_blocks(learner, brightness(draw, 2, 4, 6), 2)


@exercise.visible("average pooling")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, brightness(draw, 2, 4, 6), 2, mode="avg")


@exercise.visible("negative numbers")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, -1 - brightness(draw, 2, 4, 6), 2)


@exercise.visible("a row and a column left over")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_leftovers(learner, brightness(draw, 2, 5, 7), 2, 2)


@exercise.visible("windows that overlap")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, brightness(draw, 2, 5, 7), 3, 2, mode="avg")
