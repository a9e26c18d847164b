"""`fold_batchnorm`: a batch norm folded into the convolution before it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from cnnlab.check.compare import Wrong, agrees
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import explain
from cnnlab.check.manners import expect_same_mode
from cnnlab.exercises.u04_batchnorm._norm_state import draw_state
from cnnlab.exercises.u04_batchnorm.fold_batchnorm_mistakes import add_mistakes
from cnnlab.learner import LearnerCode, Network

FUSING_CALLS = (
    "torch.nn.utils.fus*",
    "torch.nn.utils.fusion.*",
    "torch.ao.*",
    "torch.quantization.*",
    "torch.nn.intrinsic.*",
    "torch.fx.*",
)


@torch.no_grad()
def fold_batchnorm(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
    """One new convolution that computes what `bn(conv(x))` computes in eval mode."""
    mean, variance = bn.running_mean, bn.running_var
    assert mean is not None and variance is not None, "a norm without memory cannot be folded"
    scale = bn.weight / torch.sqrt(variance + bn.eps)  # (C_out,)
    bias = torch.zeros_like(mean) if conv.bias is None else conv.bias
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(conv.weight * scale.view(-1, 1, 1, 1))
    folded.bias = nn.Parameter((bias - mean) * scale + bn.bias)
    return folded


exercise = Exercise("fold_batchnorm", {"fold_batchnorm": fold_batchnorm}, refuses=FUSING_CALLS)
add_mistakes(exercise)


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

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        folded = fold(code, draw_pair(code, Draw(seed), *sizes, **settings))
        yield "the output of the folded convolution", folded.eval().forward(images)

    explain(learner, exercise, observe)


def fold(learner: LearnerCode, pair: Network) -> Network:
    folded = learner.build("fold_batchnorm", pair.part("0"), pair.part("1"))
    layers = folded.layers()
    if len(layers) > 1 or layers[0]["type"] != "Conv2d":
        raise Wrong(
            "not_one_convolution",
            "You don't return a single nn.Conv2d. The batch norm should be gone: its four "
            "numbers per channel go into the weights and the bias.",
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
            "Folding changed the convolution or the batch norm that you were given. They "
            "may still be needed for training: make a new convolution.",
        )
    expect_same_mode(modes, pair.modes())
    folded.load({name: value + 1 for name, value in folded.parameters().items()})
    if not agrees(_state(pair), before):
        raise Wrong(
            "memory_shared",
            "Your new convolution shares memory with the old one, so changing one changes "
            "the other. Give it tensors of its own.",
        )


def _state(network: Network) -> dict[str, torch.Tensor]:
    return {**network.parameters(), **network.buffers()}


@exercise.visible("a convolution without bias")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_fold(learner, draw, 2, 4, 3)
    agree_fold(learner, draw, 2, 4, 3, eps=0.5)


@exercise.visible("a convolution with bias")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_fold(learner, draw, 2, 4, 3, bias=True)


@exercise.visible("stride, padding, dilation and groups")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_fold(learner, draw, 2, 4, 3, 2, 1)
    agree_fold(learner, draw, 4, 6, 3, 1, 2, 2, 2)


@exercise.visible("the originals stay unchanged")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_originals_untouched(learner, draw)
