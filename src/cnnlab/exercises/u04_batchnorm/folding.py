"""Folding a batch norm into the convolution before it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import nn

from cnnlab.check.compare import Wrong, agrees
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.traces import agree_trace
from cnnlab.exercises.u04_batchnorm.norm import draw_state
from cnnlab.learner import LearnerCode, Network
from cnnlab.reference import batchnorm as ours

FUSING_CALLS = (
    "torch.nn.utils.fus*",
    "torch.nn.utils.fusion.*",
    "torch.ao.*",
    "torch.quantization.*",
    "torch.nn.intrinsic.*",
    "torch.fx.*",
)

FOLD_BATCHNORM = Exercise(
    "fold_batchnorm", {"fold_batchnorm": ours.fold_batchnorm}, refuses=FUSING_CALLS
)


def draw_pair(
    learner: LearnerCode,
    draw: Draw,
    c_in: int,
    c_out: int,
    *geometry: int,
    bias: bool = False,
    eps: float = 1e-5,
) -> Network:
    """A convolution "0" and a norm "1" in the learner's process, in training mode.

    `geometry`: kernel, and if wanted stride, padding, dilation and groups.
    """
    kernel, stride, padding, dilation, groups = (*geometry, *(1, 0, 1, 1)[len(geometry) - 1 :])
    pair = learner.network(
        ("Conv2d", c_in, c_out, kernel, stride, padding, dilation, groups, bias),
        ("BatchNorm2d", c_out, eps),
    )
    values = {"0.weight": draw.normal(c_out, c_in // groups, kernel, kernel, dtype=torch.float32)}
    if bias:
        values["0.bias"] = 2 * draw.normal(c_out, dtype=torch.float32)
    values.update({f"1.{name}": value for name, value in draw_state(draw, c_out).items()})
    pair.load(values)
    return pair


def agree_fold(learner: LearnerCode, draw: Draw, *sizes: int, **settings: Any) -> None:
    """What the learner makes of a convolution and a norm computes what both compute."""
    seed = draw.integer(0, 2**31)
    height, width = draw.sample(range(9, 13), 2)
    images = draw.normal(2, sizes[0], height, width, dtype=torch.float32)

    def ask(someone: LearnerCode) -> dict[str, Any]:
        folded = fold(someone, draw_pair(someone, Draw(seed), *sizes, **settings))
        return {"the output of the folded convolution": folded.eval().forward(images)}

    agree_trace(learner, FOLD_BATCHNORM, ask)


def fold(learner: LearnerCode, pair: Network) -> Network:
    folded = learner.build("fold_batchnorm", pair.part("0"), pair.part("1"))
    layers = folded.layers()
    if len(layers) > 1 or layers[0]["type"] != "Conv2d":
        raise Wrong(
            "not_one_convolution",
            "What you return is not a single nn.Conv2d. The norm shall be gone: its four numbers "
            "for each channel go into the weights and the bias.",
        )
    return folded


def expect_originals_untouched(learner: LearnerCode, draw: Draw) -> None:
    """The convolution and the norm are afterwards what they were, and share nothing with the new.

    Asked with a norm in training mode, as training left it.
    """
    pair = draw_pair(learner, draw, 3, 5, 3, bias=True)
    before, modes = _state(pair), pair.modes()
    folded = fold(learner, pair)
    if not agrees(_state(pair), before):
        raise Wrong(
            "originals_changed",
            "Folding changed the convolution or the norm it was given. Somebody may go on training "
            "them: make a new convolution.",
        )
    if pair.modes() != modes:
        raise Wrong(
            "modes_changed",
            "The convolution or the norm is in another mode than before. The running statistics "
            "can be read in any mode.",
        )
    folded.load({name: value + 1 for name, value in folded.parameters().items()})
    if not agrees(_state(pair), before):
        raise Wrong(
            "memory_shared",
            "Your new convolution shares memory with an old one: changing it changes the other. "
            "Give it tensors of its own.",
        )


def _state(network: Network) -> dict[str, torch.Tensor]:
    return {**network.parameters(), **network.buffers()}


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
    "The running mean is subtracted before the norm scales. So it has to be scaled, too, before it "
    "goes into the new bias.",
)

for _diagnosis, _message, _formula in (
    (
        "root_forgotten",
        "You divide by the running variance. The norm divides by its square root.",
        scaled_by(lambda t: t.gamma / (t.variance + t.eps)),
    ),
    (
        "eps_left_out",
        "Your result does not depend on `bn.eps`. It stands under the root, beside the running "
        "variance, and need not have the usual value.",
        scaled_by(lambda t: t.gamma / torch.sqrt(t.variance)),
    ),
    (
        "scale_left_out",
        "You left the norm's own `weight` out. It multiplies what is normalised.",
        scaled_by(lambda t: 1 / torch.sqrt(t.variance + t.eps)),
    ),
    (
        "convolution_bias_lost",
        "The convolution's own bias is lost. Where it has one, the norm sees it, and scales it.",
        shifted_by(lambda t: t.beta - t.mean * t.scale),
    ),
    (
        "convolution_bias_not_scaled",
        "The convolution's own bias goes through the norm, so it has to be scaled as the weights "
        "are.",
        shifted_by(lambda t: t.b + t.beta - t.mean * t.scale),
    ),
    (*_MEAN_SCALE, shifted_by(lambda t: t.b * t.scale - t.mean + t.beta)),
    (*_MEAN_SCALE, shifted_by(lambda t: t.b - t.mean + t.beta)),
    (
        "mean_left_out",
        "The running mean is missing in your new bias: the norm subtracts it.",
        shifted_by(lambda t: t.b * t.scale + t.beta),
    ),
    (
        "mean_added",
        "You add the running mean. The norm subtracts it.",
        shifted_by(lambda t: (t.b + t.mean) * t.scale + t.beta),
    ),
    (
        "shift_left_out",
        "The norm's own `bias` is missing in your new bias.",
        shifted_by(lambda t: (t.b - t.mean) * t.scale),
    ),
    (
        "weights_alone",
        "You scaled the weights and left the bias as it was. The norm also subtracts a mean and "
        "adds a shift: both go into the new bias.",
        shifted_by(lambda t: t.b),
    ),
):
    FOLD_BATCHNORM.mistake(_diagnosis, _message)(partial(folded_with, _formula))

for _lost in (
    ("stride", "padding", "dilation", "groups"),
    ("stride",),
    ("padding",),
    ("dilation",),
    ("groups",),
    ("dilation", "groups"),
):
    _kept = tuple(name for name in ("stride", "padding", "dilation", "groups") if name not in _lost)
    FOLD_BATCHNORM.mistake(
        "settings_lost",
        f"Your new convolution does not have the old one's {', '.join(_lost)}. Copy every setting.",
    )(partial(folded_with, RIGHT, keep=_kept))


@FOLD_BATCHNORM.mistake(
    "scaled_along_the_input_channels",
    "A scale of shape (C_out,) meets the weights (C_out, C_in, k, k) at their last dimension. Each "
    "*output* channel has its scale: view it as (C_out, 1, 1, 1).",
)
def _(conv, bn):
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(conv.weight * terms_of(conv, bn).scale)
    return folded


@FOLD_BATCHNORM.mistake(
    "scaled_along_the_input_channels",
    "You scale the input channels. Each *output* channel has its scale: view it as "
    "(C_out, 1, 1, 1).",
)
def _(conv, bn):
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(conv.weight * terms_of(conv, bn).scale.view(1, -1, 1, 1))
    return folded


@FOLD_BATCHNORM.visible("a convolution without bias")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_fold(learner, draw, 2, 4, 3)
    agree_fold(learner, draw, 2, 4, 3, eps=0.5)


@FOLD_BATCHNORM.visible("a convolution with bias")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_fold(learner, draw, 2, 4, 3, bias=True)


@FOLD_BATCHNORM.visible("stride, padding, dilation and groups")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_fold(learner, draw, 2, 4, 3, 2, 1)
    agree_fold(learner, draw, 4, 6, 3, 1, 2, 2, 2)


@FOLD_BATCHNORM.visible("the originals are untouched")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_originals_untouched(learner, draw)
