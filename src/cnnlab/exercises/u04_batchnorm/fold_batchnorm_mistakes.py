"""Foldings with a mistake in the formula, or with settings lost on the way."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import nn

from cnnlab.check.exercise import Exercise


@dataclass(frozen=True)
class Terms:
    """What goes into the formula, one number for each output channel."""

    b: torch.Tensor  # the bias of the convolution, 0 if it has none
    mean: torch.Tensor
    variance: torch.Tensor
    eps: float
    gamma: torch.Tensor
    beta: torch.Tensor

    @property
    def scale(self) -> torch.Tensor:
        return self.gamma / torch.sqrt(self.variance + self.eps)


Formula = Callable[[Terms], tuple[torch.Tensor, torch.Tensor]]  # the scale, and the new bias


def terms_of(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> Terms:
    mean, variance = bn.running_mean, bn.running_var
    assert mean is not None and variance is not None  # the norms we lend have a memory
    b = torch.zeros_like(mean) if conv.bias is None else conv.bias
    return Terms(b, mean, variance, bn.eps, bn.weight, bn.bias)


def folded_with(
    formula: Formula,
    conv: nn.Conv2d,
    bn: nn.BatchNorm2d,
    keep: tuple[str, ...] = ("stride", "padding", "dilation", "groups"),
) -> nn.Conv2d:
    """A folded convolution by some `formula`; `keep` says which settings survive."""
    settings: dict[str, Any] = {name: getattr(conv, name) for name in ("kernel_size", *keep)}
    folded = nn.Conv2d(conv.in_channels, conv.out_channels, **settings)
    with torch.no_grad():
        scale, bias = formula(terms_of(conv, bn))
        folded.weight.copy_(conv.weight * scale.view(-1, 1, 1, 1))
        folded.bias = nn.Parameter(bias)
    return folded


def scaled_by(scale_of: Callable[[Terms], torch.Tensor]) -> Formula:
    """The right formula, but for the scale."""
    return lambda t: (scale_of(t), (t.b - t.mean) * scale_of(t) + t.beta)


def shifted_by(bias_of: Callable[[Terms], torch.Tensor]) -> Formula:
    """The right formula, but for the new bias."""
    return lambda t: (t.scale, bias_of(t))


RIGHT = shifted_by(lambda t: (t.b - t.mean) * t.scale + t.beta)

_MEAN_SCALE = (
    "mean_not_scaled",
    "Batch norm subtracts the running mean before it scales. So the mean has to be scaled "
    "too before it goes into the new bias.",
)


def add_mistakes(exercise: Exercise) -> None:
    """Registers the mistakes we know."""
    for mistake_id, message, formula in (
        (
            "root_forgotten",
            "You divide by the running variance. Batch norm divides by its square root.",
            scaled_by(lambda t: t.gamma / (t.variance + t.eps)),
        ),
        (
            "eps_left_out",
            "Your result doesn't depend on `bn.eps`. It belongs under the root, next to "
            "the running variance, and may differ from the default.",
            scaled_by(lambda t: t.gamma / torch.sqrt(t.variance)),
        ),
        (
            "scale_left_out",
            "You left out batch norm's own `weight`. It multiplies the normalised values.",
            scaled_by(lambda t: 1 / torch.sqrt(t.variance + t.eps)),
        ),
        (
            "convolution_bias_lost",
            "The convolution's own bias is lost. If it has one, batch norm subtracts from "
            "it and scales it like the rest.",
            shifted_by(lambda t: t.beta - t.mean * t.scale),
        ),
        (
            "convolution_bias_not_scaled",
            "The convolution's own bias goes through batch norm too, so it has to be "
            "scaled just as the weights are.",
            shifted_by(lambda t: t.b + t.beta - t.mean * t.scale),
        ),
        (*_MEAN_SCALE, shifted_by(lambda t: t.b * t.scale - t.mean + t.beta)),
        (*_MEAN_SCALE, shifted_by(lambda t: t.b - t.mean + t.beta)),
        (
            "mean_left_out",
            "The running mean is missing from your new bias: batch norm subtracts it.",
            shifted_by(lambda t: t.b * t.scale + t.beta),
        ),
        (
            "mean_added",
            "You add the running mean. Batch norm subtracts it.",
            shifted_by(lambda t: (t.b + t.mean) * t.scale + t.beta),
        ),
        (
            "shift_left_out",
            "Batch norm's own `bias` is missing from your new bias.",
            shifted_by(lambda t: (t.b - t.mean) * t.scale),
        ),
        (
            "weights_alone",
            "You scaled the weights and left the bias as it was. Batch norm also subtracts "
            "a mean and adds a shift: both go into the new bias.",
            shifted_by(lambda t: t.b),
        ),
    ):
        exercise.mistake(mistake_id, message)(partial(folded_with, formula))

    for lost in (
        ("stride", "padding", "dilation", "groups"),
        ("stride",),
        ("padding",),
        ("dilation",),
        ("groups",),
        ("dilation", "groups"),
    ):
        kept = tuple(
            name for name in ("stride", "padding", "dilation", "groups") if name not in lost
        )
        exercise.mistake(
            "settings_lost",
            f"Your new convolution has lost the old one's {', '.join(lost)}. Copy every setting.",
        )(partial(folded_with, RIGHT, keep=kept))

    @exercise.mistake(
        "scaled_along_the_input_channels",
        "A scale of shape (C_out,) lines up with the last dimension of the weights (C_out, "
        "C_in, k, k). Each *output* channel has its own scale: view it as (C_out, 1, 1, "
        "1).",
    )
    def _(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
        folded = copy.deepcopy(conv)
        folded.weight = nn.Parameter(conv.weight * terms_of(conv, bn).scale)
        return folded

    @exercise.mistake(
        "scaled_along_the_input_channels",
        "You scale the input channels. Each *output* channel has its own scale: view it as "
        "(C_out, 1, 1, 1).",
    )
    def _(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
        folded = copy.deepcopy(conv)
        folded.weight = nn.Parameter(conv.weight * terms_of(conv, bn).scale.view(1, -1, 1, 1))
        return folded
