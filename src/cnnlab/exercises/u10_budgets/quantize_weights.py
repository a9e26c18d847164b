"""`quantize_weights`: symmetric int8 weights, with a scale for each output channel."""

from __future__ import annotations

import torch
from torch import Tensor

from cnnlab.check.blame import blame
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u10_budgets._dtypes import agree_with_dtypes
from cnnlab.exercises.u10_budgets.quantization_parameters import REFUSED
from cnnlab.learner import LearnerCode
from cnnlab.quantization import quantize_weights

exercise = Exercise("quantize_weights", {"quantize_weights": quantize_weights}, refuses=REFUSED)

LARGEST = 127


def _along(values: Tensor, weight: Tensor, axis: int = 0) -> Tensor:
    """One value for each index of that axis, ready to be multiplied with the weights."""
    shape = [1] * weight.dim()
    shape[axis] = -1
    return values.view(shape)


def _rounded(weight: Tensor, scales: Tensor) -> Tensor:
    return torch.round(weight / _along(scales, weight)).clamp(-128, LARGEST).to(torch.int8)


@exercise.mistake(
    "one_scale_for_all",
    "All channels share one scale: a channel of small weights is left with few levels. Take the "
    "largest weight of each output channel.",
)
def _(weight: Tensor) -> tuple[Tensor, Tensor]:
    scales = (weight.abs().max() / LARGEST).expand(len(weight))
    return _rounded(weight, scales), scales


@exercise.mistake(
    "scale_of_input_channels",
    "Your scales belong to the input channels. The first dimension of a weight is the output "
    "channels: take the largest weight over all the others.",
)
def _(weight: Tensor) -> tuple[Tensor, Tensor]:
    scales = weight.transpose(0, 1).flatten(1).abs().amax(dim=1) / LARGEST
    return torch.round(weight / _along(scales, weight, 1)).to(torch.int8), scales


@exercise.mistake(
    "without_absolute_value",
    "You take the largest weight, but the one furthest from 0 may be negative: use abs().",
)
def _(weight: Tensor) -> tuple[Tensor, Tensor]:
    largest = weight.flatten(1).amax(dim=1)
    scales = torch.where(largest > 0, largest / LARGEST, torch.ones_like(largest))
    return _rounded(weight, scales), scales


@exercise.mistake(
    "divided_by_128",
    "You divide by 128, and +128 is no int8: they go from −128 to 127. Symmetric means −127 … 127.",
)
def _(weight: Tensor) -> tuple[Tensor, Tensor]:
    _, scales = quantize_weights(weight)
    silent = weight.flatten(1).abs().amax(dim=1) == 0
    scales = torch.where(silent, scales, scales * LARGEST / 128)
    return _rounded(weight, scales), scales


@exercise.mistake(
    "divided_by_255",
    "You divide by 255, which would be right for the whole range from −max to max in bytes without "
    "a sign. With a sign, the largest weight is 127 steps from 0.",
)
def _(weight: Tensor) -> tuple[Tensor, Tensor]:
    _, scales = quantize_weights(weight)
    silent = weight.flatten(1).abs().amax(dim=1) == 0
    scales = torch.where(silent, scales, scales * LARGEST / 255)
    return _rounded(weight, scales), scales


@exercise.mistake(
    "weights_cut",
    "Your weights are cut, not rounded: conversion to int8 drops what's behind the point.",
)
def _(weight: Tensor) -> tuple[Tensor, Tensor]:
    _, scales = quantize_weights(weight)
    return (weight / _along(scales, weight)).to(torch.int8), scales


@exercise.mistake(
    "silent_channel",
    "A channel of zeros has scale 0, and 0 / 0 is nan. Give it scale 1.",
)
def _(weight: Tensor) -> tuple[Tensor, Tensor]:
    wq, _ = quantize_weights(weight)
    return wq, weight.flatten(1).abs().amax(dim=1) / LARGEST


@exercise.mistake(
    "silent_channel",
    "A channel of zeros has a tiny scale, where 1 was agreed on.",
)
def _(weight: Tensor) -> tuple[Tensor, Tensor]:
    wq, _ = quantize_weights(weight)
    return wq, (weight.flatten(1).abs().amax(dim=1) / LARGEST).clamp(min=1e-8)


@exercise.mistake(
    "unsigned_weights",
    "Your weights are bytes without a sign, moved by a zero point. Weights are symmetric: 0 stays "
    "0, and they're stored as torch.int8.",
)
def _(weight: Tensor) -> tuple[Tensor, Tensor]:
    wq, scales = quantize_weights(weight)
    return (wq.int() + 128).to(torch.uint8), scales


@exercise.mistake(
    "weights_not_int8",
    "The numbers are right, but they're still floats: convert to torch.int8.",
)
def _(weight: Tensor) -> tuple[Tensor, Tensor]:
    wq, scales = quantize_weights(weight)
    return wq.float(), scales


@exercise.mistake(
    "scales_keep_dimensions",
    "Your scales still have a dimension of 1 for each that you took the maximum over. One number "
    "for each output channel is asked for: (C_out,).",
)
def _(weight: Tensor) -> tuple[Tensor, Tensor]:
    wq, scales = quantize_weights(weight)
    return wq, _along(scales, weight)


def weights_between_steps(draw: Draw, *shape: int) -> Tensor:
    """Weights whose nearest whole number is clear, on scales that differ from channel to channel.

    The largest of each channel is negative as often as not.
    """
    steps = draw.uniform(*shape, low=-100, high=100).round()
    steps += draw.uniform(*shape, low=-0.35, high=0.35)
    flat = steps.flatten(1)
    for channel in range(shape[0]):
        place = draw.integer(0, flat.shape[1] - 1)
        flat[channel, place] = LARGEST if channel % 2 else -LARGEST
    scales = draw.uniform(shape[0], low=0.5, high=1.0) * 0.1 ** torch.arange(1, shape[0] + 1).clamp(
        max=4
    )
    return (flat * scales[:, None]).view(shape).float()


def agree_on_a_dense_layer(learner: LearnerCode, draw: Draw) -> None:
    """Asks about weights with two dimensions, and says so if that makes the code fail."""
    with blame(
        "expects_four_dimensions",
        "Your code fails on the weights of a dense layer, (C_out, C_in): flatten(1) puts all "
        "dimensions but the first in one, however many there are.",
        if_passes=lambda: agree_with_dtypes(
            learner, exercise, weights_between_steps(draw, 3, 2, 3, 3)
        ),
    ):
        agree_with_dtypes(learner, exercise, weights_between_steps(draw, 4, 6))


def with_a_silent_channel(draw: Draw) -> Tensor:
    weight = weights_between_steps(draw, 3, 2, 2, 2)
    weight[draw.integer(0, 2)] = 0
    return weight


@exercise.visible("a scale for each output channel")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_with_dtypes(learner, exercise, weights_between_steps(draw, 4, 2, 3, 3))


@exercise.visible("a channel of zeros")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_with_dtypes(learner, exercise, with_a_silent_channel(draw))


@exercise.visible("the weights of a dense layer")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_a_dense_layer(learner, draw)
