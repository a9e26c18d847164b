"""Unit 03: stacks of small filters, the VGG block, whole VGGs, and where their numbers live."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from cnnlab.as_found import modes_kept
from cnnlab.models import count_parameters, vgg_block

__all__ = [
    "equivalent_stack",
    "feature_shapes",
    "make_vgg",
    "parameter_share",
    "stack_params",
    "stack_receptive_field",
    "vgg_block",
]


def stack_receptive_field(n: int, kernel: int = 3) -> int:
    """The side of the window that one output of n stacked convolutions (stride 1) sees."""
    return n * (kernel - 1) + 1


def stack_params(n: int, kernel: int, channels: int) -> int:
    """The weights of n convolutions kernel×kernel from `channels` to `channels`, no biases."""
    return n * kernel * kernel * channels * channels


def equivalent_stack(kernel: int) -> int:
    """How many 3×3 convolutions see as much as one kernel×kernel; the kernel is odd."""
    return (kernel - 1) // 2


def make_vgg(
    config: Sequence[tuple[int, int]],
    num_classes: int,
    in_channels: int = 3,
    image_size: int = 32,
    hidden: int = 128,
) -> nn.Sequential:
    """One block for each (convolutions, channels), then two hidden dense layers and the logits.

    Layers start as torch starts them: `cnnlab.models.make_vgg` is the one for real use.
    """
    blocks = []
    channels, side = in_channels, image_size
    for num_convs, out_channels in config:
        blocks.append(vgg_block(channels, out_channels, num_convs))
        channels, side = out_channels, side // 2
    return nn.Sequential(
        *blocks,
        nn.Flatten(),
        nn.Linear(channels * side * side, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, num_classes),
    )


def parameter_share(model: nn.Module) -> float:
    """The fraction of the model's parameters that nn.Linear layers hold, however deep inside."""
    total = count_parameters(model)
    dense = sum(count_parameters(m) for m in model.modules() if isinstance(m, nn.Linear))
    return dense / total if total else 0.0


@torch.no_grad()
def feature_shapes(model: nn.Module, input_shape: Sequence[int]) -> list[tuple[int, ...]]:
    """The shape after every direct child, in order, without the batch; the model stays as it is."""
    first = next(model.parameters(), torch.empty(0))
    shapes = []
    with modes_kept(model):
        model.eval()
        x = torch.zeros(1, *input_shape, device=first.device)
        for child in model.children():
            x = child(x)
            shapes.append(tuple(x.shape[1:]))
    return shapes
