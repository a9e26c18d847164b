"""`global_average_pool`: every map becomes one number."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode
from cnnlab.models import global_average_pool

exercise = Exercise("global_average_pool", {"global_average_pool": global_average_pool})


@exercise.mistake(
    "dimensions_kept",
    "Your result still has the two dimensions of the maps, each of size 1. A dense layer reads "
    "rows: (N, C).",
)
def _(x: torch.Tensor) -> torch.Tensor:
    return x.mean(dim=(2, 3), keepdim=True)


@exercise.mistake(
    "batch_squeezed",
    "All dimensions of size 1 are gone, also the batch of one image or the only channel. Name the "
    "dimensions to average over.",
)
def _(x: torch.Tensor) -> torch.Tensor:
    return x.mean(dim=(2, 3), keepdim=True).squeeze()


@exercise.mistake(
    "maximum",
    "These are the largest values of the maps. Return their averages.",
)
def _(x: torch.Tensor) -> torch.Tensor:
    return x.amax(dim=(2, 3))


@exercise.mistake(
    "sum_not_mean",
    "You add up each map. A sum grows with the size of the image: take the average.",
)
def _(x: torch.Tensor) -> torch.Tensor:
    return x.sum(dim=(2, 3))


@exercise.mistake(
    "one_dimension_only",
    "You average along one of the two dimensions of a map. Average over both.",
)
def _(x: torch.Tensor) -> torch.Tensor:
    return x.mean(dim=-1)


@exercise.mistake(
    "one_dimension_only",
    "You average over the rows only. Average over both dimensions of a map.",
)
def _(x: torch.Tensor) -> torch.Tensor:
    return x.mean(dim=2)


@exercise.mistake(
    "over_the_channels",
    "You average over the channels. Each channel keeps its own number; its positions are averaged.",
)
def _(x: torch.Tensor) -> torch.Tensor:
    return x.mean(dim=1)


@exercise.mistake(
    "over_everything",
    "You average over the channels too. Each channel keeps a number of its own.",
)
def _(x: torch.Tensor) -> torch.Tensor:
    return x.mean(dim=(1, 2, 3))


@exercise.mistake(
    "over_everything",
    "Your result is a single number for the whole batch. Each channel of each image has its own.",
)
def _(x: torch.Tensor) -> torch.Tensor:
    return x.mean()


@exercise.mistake(
    "over_the_batch",
    "You average over the batch. Each image has its own averages.",
)
def _(x: torch.Tensor) -> torch.Tensor:
    return x.mean(dim=(0, 2))


@exercise.mistake(
    "square_maps_only",
    "You divide by the square of one side. Maps need not be square.",
)
def _(x: torch.Tensor) -> torch.Tensor:
    return x.sum(dim=(2, 3)) / x.shape[2] ** 2


@exercise.mistake(
    "square_maps_only",
    "You divide by the square of one side. Maps need not be square.",
)
def _(x: torch.Tensor) -> torch.Tensor:
    return x.sum(dim=(2, 3)) / x.shape[3] ** 2


SQUARE_WINDOW = (
    "Your window is a square as large as one side of the maps. The window is the whole map, "
    "whatever its shape."
)


@exercise.mistake("first_window_only", SQUARE_WINDOW)
def _(x: torch.Tensor) -> torch.Tensor:
    return F.avg_pool2d(x, min(x.shape[2:])).flatten(1)


@exercise.mistake("first_window_only", SQUARE_WINDOW)
def _(x: torch.Tensor) -> torch.Tensor:
    return F.avg_pool2d(x, x.shape[3]).flatten(1)  # fails where maps are wider than high


def expect_gradient(learner: LearnerCode, x: torch.Tensor) -> None:
    """A gradient flows back."""
    found = learner.gradient("global_average_pool", x)
    if found is None:
        raise Wrong(
            "no_gradient",
            "No gradient flows back through your function. `.item()`, `.detach()` or a new tensor "
            "made from numbers cuts it off, and nothing before it could learn.",
        )


@exercise.visible("one number for each channel of each image")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, draw.normal(2, 3, 4, 5))


@exercise.visible("one image is a batch too")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, draw.normal(1, 3, 4, 2))


@exercise.visible("a gradient flows back")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_gradient(learner, draw.normal(2, 3, 4, 5))
