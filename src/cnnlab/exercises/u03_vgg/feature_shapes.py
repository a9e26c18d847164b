"""`feature_shapes`: which shapes an image takes on its way, and a network left as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import nn

from cnnlab.as_found import modes_kept
from cnnlab.check.compare import Wrong, agrees
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.manners import as_it_is, expect_as_found, expect_modes_kept
from cnnlab.exercises.u03_vgg._questions import Rows, agree_about
from cnnlab.learner import LearnerCode, Network


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


exercise = Exercise("feature_shapes", {"feature_shapes": feature_shapes})


def _pass_through(input_shape: Sequence[int], layers: Iterable[nn.Module]) -> list[torch.Tensor]:
    """What leaves each of the layers, for a batch of two images."""
    x, seen = torch.zeros(2, *input_shape), []
    with torch.no_grad():
        for layer in layers:
            x = layer.eval()(x)
            seen.append(x)
    return seen


def _children(model: nn.Module, input_shape: Sequence[int]) -> list[torch.Tensor]:
    return _pass_through(input_shape, model.children())


@exercise.mistake(
    "batch_included",
    "Your shapes start with the batch. Leave out the first dimension: the question is "
    "about one image.",
)
def _(model: nn.Module, input_shape: Sequence[int]) -> list[tuple[int, ...]]:
    return [(1, *x.shape[1:]) for x in _children(model, input_shape)]


@exercise.mistake(
    "batch_missing",
    "Your image has no batch dimension. Layers such as Flatten and batch norm expect (N, C, H, W): "
    "send a batch of one, and leave the 1 out of the shapes.",
)
def _(model: nn.Module, input_shape: Sequence[int]) -> list[tuple[int, ...]]:
    x, shapes = torch.zeros(*input_shape), []
    with torch.no_grad():
        for child in model.children():
            x = child.eval()(x)
            shapes.append(tuple(x.shape))
    return shapes


@exercise.mistake(
    "input_listed_too",
    "Your list starts with the shape of the input. It should have one entry for each child.",
)
def _(model: nn.Module, input_shape: Sequence[int]) -> list[tuple[int, ...]]:
    return [tuple(input_shape), *feature_shapes(model, input_shape)]


@exercise.mistake(
    "last_shape_only",
    "You return only the last shape. Return a list with one entry for each child.",
)
def _(model: nn.Module, input_shape: Sequence[int]) -> tuple[int, ...]:
    return feature_shapes(model, input_shape)[-1]


@exercise.mistake(
    "last_shape_only",
    "You return only the last shape. Return a list with one entry for each child.",
)
def _(model: nn.Module, input_shape: Sequence[int]) -> list[tuple[int, ...]]:
    return feature_shapes(model, input_shape)[-1:]


@exercise.mistake(
    "last_child_left_out",
    "Your list stops one child too early.",
)
def _(model: nn.Module, input_shape: Sequence[int]) -> list[tuple[int, ...]]:
    return feature_shapes(model, input_shape)[:-1]


@exercise.mistake(
    "innermost_layers_listed",
    "Your list has an entry for every innermost layer. A part made of several layers is "
    "one child and gets one entry: the shape of its output.",
)
def _(model: nn.Module, input_shape: Sequence[int]) -> list[tuple[int, ...]]:
    leaves = [module for module in model.modules() if not list(module.children())]
    return [tuple(x.shape[1:]) for x in _pass_through(input_shape, leaves)]


@exercise.mistake(
    "every_child_sees_the_image",
    "You give the image to every child. Each child gets the output of the one before it.",
)
def _(model: nn.Module, input_shape: Sequence[int]) -> list[tuple[int, ...]]:
    image = torch.zeros(2, *input_shape)
    return [tuple(child.eval()(image).shape[1:]) for child in model.children()]


@exercise.mistake(
    "ones_dropped",
    "Dimensions of size 1 are lost, as with `squeeze()`. Remove the first dimension only.",
)
def _(model: nn.Module, input_shape: Sequence[int]) -> list[tuple[int, ...]]:
    return [tuple(n for n in x.shape[1:] if n > 1) for x in _children(model, input_shape)]


@exercise.mistake(
    "channels_left_out",
    "The channels are missing: the shape of a map is (C, H, W).",
)
def _(model: nn.Module, input_shape: Sequence[int]) -> list[tuple[int, ...]]:
    return [tuple(x.shape[2:]) for x in _children(model, input_shape)]


@exercise.mistake(
    "numbers_counted",
    "These are numbers of elements. The question is about shapes.",
)
def _(model: nn.Module, input_shape: Sequence[int]) -> list[int]:
    return [x[0].numel() for x in _children(model, input_shape)]


@exercise.mistake(
    "height_and_width_swapped", "Height and width are swapped: the order is (C, H, W)."
)
def _(model: nn.Module, input_shape: Sequence[int]) -> list[tuple[int, ...]]:
    channels, height, width = input_shape
    return feature_shapes(model, (channels, width, height))


@exercise.mistake(
    "statistics_changed",
    "Your image goes through the network in training mode. There, a batch norm may need "
    "more than one image, and it updates its running statistics from yours. Call "
    "`model.eval()` first.",
)
def _(model: nn.Module, input_shape: Sequence[int]) -> list[tuple[int, ...]]:
    x, shapes = torch.zeros(1, *input_shape), []
    for child in model.children():
        x = child(x)
        shapes.append(tuple(x.shape[1:]))
    return shapes


def agree_on_shapes(learner: LearnerCode, shape: tuple[int, ...], *rows: tuple[Any, ...]) -> None:
    agree_about(learner, exercise, rows, shape)


def expect_numbers_kept(learner: LearnerCode, shape: tuple[int, ...], rows: Rows) -> None:
    """After the question a network in training mode has learned nothing, and carries nothing."""
    network = learner.network(*rows).train()
    before, buffers = as_it_is(network), network.buffers()
    learner.call("feature_shapes", network.ref, shape)
    if not agrees(network.buffers(), buffers):
        raise Wrong(
            "statistics_changed",
            "A batch norm's running statistics have changed: your image went through it in "
            "training mode. Call `model.eval()` first.",
        )
    expect_as_found(before, network)


def expect_every_mode_kept(
    learner: LearnerCode, shape: tuple[int, ...], rows: Rows, modes: Mapping[str, bool]
) -> None:
    """After the question every module has its mode: the one in `modes`, or training mode."""
    network = learner.network(*rows).train()
    network.set_modes(modes)
    before = network.modes()
    learner.call("feature_shapes", network.ref, shape)
    expect_modes_kept(before, network.modes())


def all_in_evaluation(network: Network) -> dict[str, bool]:
    return dict.fromkeys(network.modes(), False)


@exercise.visible("a convolution and a pooling")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_shapes(learner, (2, 12, 9), ("MaxPool2d", 3), ("AvgPool2d", 2))
    agree_on_shapes(learner, (3, 10, 14), ("Conv2d", 3, 5, 3), ("ReLU",), ("MaxPool2d", 2))


@exercise.visible("blocks count as one, dense layers give (n,)")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_shapes(
        learner,
        (1, 8, 12),
        ("Sequential", ("Conv2d", 1, 4, 3), ("ReLU",), ("MaxPool2d", 2)),
        ("Conv2d", 4, 1, 3),
        ("Flatten",),
        ("Linear", 3, 5),
    )


@exercise.visible("the network is left unchanged")
def _(learner: LearnerCode, draw: Draw) -> None:
    rows, shape = (("Conv2d", 2, 3, 3), ("BatchNorm2d", 3), ("Flatten",)), (2, 6, 5)
    expect_numbers_kept(learner, shape, rows)
    for modes in ({}, all_in_evaluation(learner.network(*rows)), {"1": False}):
        expect_every_mode_kept(learner, shape, rows, modes)
