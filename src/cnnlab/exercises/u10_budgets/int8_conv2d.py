"""`int8_conv2d`: a convolution of bytes whose sums are exact whole numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from cnnlab.check.compare import Difference, Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import explain
from cnnlab.exercises.u10_budgets._dtypes import agree_with_dtypes
from cnnlab.exercises.u10_budgets.int8_conv2d_mistakes import add_mistakes
from cnnlab.exercises.u10_budgets.quantization_parameters import REFUSED
from cnnlab.learner import LearnerCode
from cnnlab.quantization import int8_conv2d

exercise = Exercise("int8_conv2d", {"int8_conv2d": int8_conv2d}, refuses=REFUSED)
add_mistakes(exercise)


def draw_bytes(draw: Draw, *shape: int) -> Tensor:
    return draw.uniform(*shape, low=0, high=256).floor().clamp(0, 255).to(torch.uint8)


def draw_weights(draw: Draw, *shape: int) -> Tensor:
    return draw.uniform(*shape, low=-127, high=127).round().to(torch.int8)


def draw_scales(draw: Draw, channels: int) -> Tensor:
    """Scales that differ clearly from channel to channel."""
    steps = draw.sample(range(1, 4 * channels), channels)
    return torch.tensor(steps, dtype=torch.float32) / 256


def sums_alone(learner: LearnerCode, xq: Tensor, x_zero: int, wq: Tensor, **settings: Any) -> None:
    """With scales of 1 and no bias, the result is the sums: each has to be exact."""
    ones = torch.ones(len(wq))

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        y = code.call("int8_conv2d", xq, 1.0, x_zero, wq, ones, None, **settings)
        yield "the sums", y.double().round().long() if isinstance(y, torch.Tensor) else y

    def unexplained(part: str, theirs: Any, ours: Any, gap: Difference) -> Wrong:
        if gap.kind == "wrong_values" and _nearly(theirs, ours):
            return Wrong(
                "inexact_sums",
                "Your sums are nearly right, and they have to be exact. float32 counts whole "
                "numbers up to 2^24 only, and these sums pass that on their way.",
            )
        return gap.as_wrong()

    explain(learner, exercise, observe, unexplained=unexplained)


def _nearly(theirs: Tensor, ours: Tensor) -> bool:
    return bool(((theirs - ours).abs() < 1000).all())


def long_sums(draw: Draw) -> tuple[Tensor, Tensor]:
    """Bytes and weights whose sums grow past 2^25, and come back: 4,096 channels, kernel 1×1."""
    channels = 4096
    xq = draw.uniform(2, channels, 2, 2, low=200, high=256).floor().clamp(0, 255).to(torch.uint8)
    wq = draw.uniform(3, channels, 1, 1, low=64, high=127).round()
    wq[:, channels // 2 :] *= -1
    return xq, wq.to(torch.int8)


def agree_on_padding(learner: LearnerCode, draw: Draw, x_zero: int, bias: Tensor | None) -> None:
    """A border of zero points, for an image that isn't square."""
    xq, wq = draw_bytes(draw, 1, 2, 4, 5), draw_weights(draw, 3, 2, 3, 3)
    scales = draw_scales(draw, 3)
    agree_with_dtypes(learner, exercise, xq, 0.5, x_zero, wq, scales, bias, padding=1)


@exercise.visible("the zero point is taken off")
def _(learner: LearnerCode, draw: Draw) -> None:
    xq = torch.tensor([[[[3, 5, 0], [2, 255, 5], [0, 7, 9]]]], dtype=torch.uint8)
    wq = torch.tensor([[[[1, -2], [100, 3]]]], dtype=torch.int8)
    agree_with_dtypes(learner, exercise, xq, 0.5, 5, wq, torch.tensor([0.25]), None)


@exercise.visible("scales of the output channels, and a bias")
def _(learner: LearnerCode, draw: Draw) -> None:
    xq, wq = draw_bytes(draw, 2, 3, 4, 5), draw_weights(draw, 4, 3, 2, 2)
    bias = draw.normal(4, dtype=torch.float32) * 100
    agree_with_dtypes(learner, exercise, xq, 0.5, 100, wq, draw_scales(draw, 4), bias)


@exercise.visible("padded with the zero point")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_padding(learner, draw, 130, None)


@exercise.visible("stride 2")
def _(learner: LearnerCode, draw: Draw) -> None:
    xq, wq = draw_bytes(draw, 1, 2, 5, 7), draw_weights(draw, 3, 2, 3, 3)
    agree_with_dtypes(learner, exercise, xq, 0.5, 90, wq, draw_scales(draw, 3), None, stride=2)


@exercise.visible("sums that float32 can't count")
def _(learner: LearnerCode, draw: Draw) -> None:
    xq, wq = long_sums(draw)
    sums_alone(learner, xq, 0, wq)
