"""feature_shapes: which shapes an image takes on its way, and a network left as it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from cnnlab.check.compare import Wrong, agrees
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u03_vgg.questions import agree_about
from cnnlab.learner import LearnerCode, Network
from cnnlab.reference import vgg as ours

FEATURE_SHAPES = Exercise("feature_shapes", {"feature_shapes": ours.feature_shapes})


def _pass_through(model: nn.Module, input_shape: Sequence[int], layers: Any) -> list[torch.Tensor]:
    x, seen = torch.zeros(2, *input_shape), []
    with torch.no_grad():
        for layer in layers:
            x = layer.eval()(x)
            seen.append(x)
    return seen


def _children(model: nn.Module, input_shape: Sequence[int]) -> list[torch.Tensor]:
    return _pass_through(model, input_shape, model.children())


@FEATURE_SHAPES.mistake(
    "batch_included",
    "The shapes begin with the batch. Asked for are those of one image: leave the first dimension "
    "out.",
)
def _(model, input_shape):
    return [(1, *x.shape[1:]) for x in _children(model, input_shape)]


@FEATURE_SHAPES.mistake(
    "input_listed_too",
    "The list begins with the shape of the input. It has one entry for each child.",
)
def _(model, input_shape):
    return [tuple(input_shape), *ours.feature_shapes(model, input_shape)]


@FEATURE_SHAPES.mistake(
    "last_shape_only",
    "Only the last shape is returned. Asked for is a list with one entry for each child.",
)
def _(model, input_shape):
    return ours.feature_shapes(model, input_shape)[-1]


@FEATURE_SHAPES.mistake(
    "last_shape_only",
    "Only the last shape is returned. Asked for is a list with one entry for each child.",
)
def _(model, input_shape):
    return ours.feature_shapes(model, input_shape)[-1:]


@FEATURE_SHAPES.mistake(
    "last_child_left_out",
    "The list ends one child too early.",
)
def _(model, input_shape):
    return ours.feature_shapes(model, input_shape)[:-1]


@FEATURE_SHAPES.mistake(
    "innermost_layers_listed",
    "Every innermost layer has an entry. A part of several layers is one child, and has one entry: "
    "the shape that leaves it.",
)
def _(model, input_shape):
    leaves = [module for module in model.modules() if not list(module.children())]
    return [tuple(x.shape[1:]) for x in _pass_through(model, input_shape, leaves)]


@FEATURE_SHAPES.mistake(
    "every_child_sees_the_image",
    "Every child is given the image. It gets what the child before it gave.",
)
def _(model, input_shape):
    image = torch.zeros(2, *input_shape)
    return [tuple(child.eval()(image).shape[1:]) for child in model.children()]


@FEATURE_SHAPES.mistake(
    "ones_dropped",
    "Dimensions of size 1 are lost, as `squeeze()` does. Take away the first dimension only.",
)
def _(model, input_shape):
    return [tuple(n for n in x.shape[1:] if n > 1) for x in _children(model, input_shape)]


@FEATURE_SHAPES.mistake(
    "channels_left_out",
    "The channels are missing: a map's shape is (C, H, W).",
)
def _(model, input_shape):
    return [tuple(x.shape[2:]) for x in _children(model, input_shape)]


@FEATURE_SHAPES.mistake(
    "numbers_counted",
    "These are the numbers of elements. Asked for are shapes.",
)
def _(model, input_shape):
    return [x[0].numel() for x in _children(model, input_shape)]


@FEATURE_SHAPES.mistake(
    "height_and_width_swapped", "Height and width are swapped: the order is (C, H, W)."
)
def _(model, input_shape):
    channels, height, width = input_shape
    return ours.feature_shapes(model, (channels, width, height))


def agree_on_shapes(
    learner: LearnerCode, shape: tuple[int, ...], *rows: tuple[Any, ...]
) -> Network:
    return agree_about(learner, FEATURE_SHAPES, rows, shape)


def expect_statistics_kept(
    learner: LearnerCode, shape: tuple[int, ...], *rows: tuple[Any, ...]
) -> None:
    """After the question about a network in training mode its batch norms have learned nothing."""
    network = learner.network(*rows).train()
    before = network.buffers()
    learner.call("feature_shapes", network.ref, shape)
    if not agrees(network.buffers(), before):
        raise Wrong(
            "statistics_changed",
            "The running statistics of a batch norm are others afterwards: your image went through "
            "it in training mode, and it learned from it.",
        )


def expect_modes_kept(
    learner: LearnerCode, shape: tuple[int, ...], modes: dict[str, bool], *rows: tuple[Any, ...]
) -> None:
    """After the question every module has its mode: the one in `modes`, or training mode."""
    network = learner.network(*rows).train()
    network.set_modes(modes)
    before = network.modes()
    learner.call("feature_shapes", network.ref, shape)
    if network.modes() != before:
        raise Wrong(
            "mode_changed",
            "The network is in another mode afterwards. Who only looks gives every module back the "
            "mode it had.",
        )


@FEATURE_SHAPES.visible("a convolution and a pooling")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_shapes(learner, (2, 12, 9), ("MaxPool2d", 3), ("AvgPool2d", 2))
    agree_on_shapes(learner, (3, 10, 14), ("Conv2d", 3, 5, 3), ("ReLU",), ("MaxPool2d", 2))


@FEATURE_SHAPES.visible("blocks count as one, dense layers give (n,)")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_shapes(
        learner,
        (1, 8, 12),
        ("Sequential", ("Conv2d", 1, 4, 3), ("ReLU",), ("MaxPool2d", 2)),
        ("Conv2d", 4, 1, 3),
        ("Flatten",),
        ("Linear", 3, 5),
    )


@FEATURE_SHAPES.visible("the network is left as it was")
def _(learner: LearnerCode, draw: Draw) -> None:
    layers = (("Conv2d", 2, 3, 3), ("BatchNorm2d", 3), ("Flatten",))
    expect_statistics_kept(learner, (2, 6, 5), *layers)
    expect_modes_kept(learner, (2, 6, 5), {}, *layers)
