"""`conv_bn_relu`: the block that deep networks repeat."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import torch
from torch import nn

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import explain
from cnnlab.learner import LearnerCode, Network


def conv_bn_relu(
    in_channels: int, out_channels: int, kernel_size: int = 3, stride: int = 1
) -> nn.Sequential:
    """(N, C_in, H, W) → (N, C_out, H/stride, W/stride). The norm's shift does a bias's work."""
    padding = kernel_size // 2
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )


exercise = Exercise("conv_bn_relu", {"conv_bn_relu": conv_bn_relu})


def fill(network: Network, seed: int) -> None:
    """Gives each parameter values that depend on its shape and on whether it shifts.

    So a convolution, a scale and a shift get the same values in whatever order they were made;
    of two shifts, the last one made gets those of the only one.
    """
    seen: Counter[str] = Counter()
    values = {}
    for name, parameter in reversed(network.parameters().items()):
        shifts = name.rpartition(".")[2] in ("bias", "beta")
        kind = f"{seed}/{tuple(parameter.shape)}/{shifts}"
        seen[kind] += 1
        draw = Draw(zlib.crc32(f"{kind}/{seen[kind]}".encode()))
        values[name] = draw.normal(*parameter.shape, dtype=torch.float32)
    network.load(values)


def agree_block(
    learner: LearnerCode,
    draw: Draw,
    *args: int,
    training: bool = True,
    evaluation: bool = False,
    parameters: bool = False,
    **kwargs: int,
) -> None:
    """The learner's block computes what ours does in the modes asked for.

    Evaluation follows on two batches of training. With `parameters` it also holds what ours holds.
    """
    height, width = draw.sample(range(6, 10), 2)
    first, second = (draw.normal(3, args[0], height, width, dtype=torch.float32) for _ in range(2))

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        block = code.build("conv_bn_relu", *args, **kwargs).eval()
        block.forward(first)  # lazy layers get their parameters only here
        fill(block, draw.seed)
        block.train()
        outputs = [block.forward(first), block.forward(second)]
        if parameters:
            sizes = sorted(value.numel() for value in block.parameters().values())
            yield "the list of the parameters' sizes", sizes
        if training:
            yield "the output in training mode", outputs[0]
        if evaluation:
            yield "the output in eval mode", block.eval().forward(first)

    explain(learner, exercise, observe)


def build(
    in_channels: int,
    out_channels: int,
    kernel_size: int = 3,
    stride: int = 1,
    bias: bool = False,
    padding: int | None = None,
    order: str = "conv norm relu",
) -> nn.Sequential:
    """The block, with a mistake or two; layers stand in the `order` given."""
    padding = kernel_size // 2 if padding is None else padding
    places = order.split()
    norm_is_first = "norm" in places and places.index("norm") < places.index("conv")
    layers = {
        "conv": nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, bias=bias),
        "norm": nn.BatchNorm2d(in_channels if norm_is_first else out_channels),
        "relu": nn.ReLU(),
    }
    return nn.Sequential(*(layers[place] for place in places))


exercise.mistake(
    "bias_before_the_norm",
    "Your convolution has a bias. Batch norm subtracts each channel's mean, and with it "
    "any constant added before: use `bias=False`.",
)(partial(build, bias=True))

_NO_NORM = (
    "norm_missing",
    "There's no batch norm between the convolution and the ReLU.",
)
exercise.mistake(*_NO_NORM)(partial(build, order="conv relu"))
exercise.mistake(*_NO_NORM)(partial(build, order="conv relu", bias=True))

exercise.mistake(
    "relu_missing",
    "There's no ReLU at the end: your block also returns negative numbers.",
)(partial(build, order="conv norm"))

_RELU_FIRST = (
    "relu_before_the_norm",
    "The ReLU comes before the batch norm. Here batch norm comes first and the ReLU last, "
    "as in Ioffe and Szegedy's paper.",
)
exercise.mistake(*_RELU_FIRST)(partial(build, order="conv relu norm"))
exercise.mistake(*_RELU_FIRST)(partial(build, order="conv relu norm", bias=True))

exercise.mistake(
    "norm_before_the_convolution",
    "You normalise the input. Batch norm belongs after the convolution, on its output channels.",
)(partial(build, order="norm conv relu"))

exercise.mistake(
    "padding_missing",
    "The maps shrink because the convolution has no padding. With kernel_size // 2 on each "
    "side they keep their size at stride 1.",
)(partial(build, padding=0))


@exercise.mistake(
    "padding_fixed",
    "Your padding is 1 for every kernel size. Use kernel_size // 2: 0 for 1×1, 2 for 5×5.",
)
def _(in_channels: int, out_channels: int, kernel_size: int = 3, stride: int = 1) -> nn.Module:
    return build(in_channels, out_channels, kernel_size, stride, padding=1)


@exercise.mistake(
    "padding_too_large",
    "Your padding is too large, so the maps grow. Use kernel_size // 2.",
)
def _(in_channels: int, out_channels: int, kernel_size: int = 3, stride: int = 1) -> nn.Module:
    return build(in_channels, out_channels, kernel_size, stride, padding=kernel_size - 1)


@exercise.mistake("stride_ignored", "Your block does not use `stride`.")
def _(in_channels: int, out_channels: int, kernel_size: int = 3, stride: int = 1) -> nn.Module:
    return build(in_channels, out_channels, kernel_size)


@exercise.mistake("kernel_size_ignored", "Your block does not use `kernel_size`.")
def _(in_channels: int, out_channels: int, kernel_size: int = 3, stride: int = 1) -> nn.Module:
    return build(in_channels, out_channels, 3, stride)


@exercise.visible("convolution, batch norm, ReLU")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, 2, 4, evaluation=True)


@exercise.visible("no bias before batch norm")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, 2, 4, parameters=True)


@exercise.visible("other kernels and strides")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_block(learner, draw, 2, 4, kernel_size=5)
    agree_block(learner, draw, 3, 2, kernel_size=1)
    agree_block(learner, draw, 2, 4, stride=2)
