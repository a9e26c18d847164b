"""Unit 05: depth with and without shortcuts, and what a missing block costs."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache, partial

import torch
from torch import nn
from torch.nn import functional as F

from cnnlab import data, models
from cnnlab.data import Dataset, Split
from cnnlab.training import evaluate, fit
from stories.measured import percent
from stories.story import Found, Statement, Story

PLAIN_8, PLAIN_26, RESIDUAL_26 = "plain-8", "plain-26", "residual-26"


@lru_cache(maxsize=1)
def clothes() -> Dataset:
    """2,000 training images, and all of them at half the size."""
    whole = data.load("fashion-mnist-small").with_validation(n=1000, seed=0)
    assert whole.validation is not None
    few = whole.train.per_class(200, seed=0)
    parts = {"train": few, "validation": whole.validation, "test": whole.test}
    return replace(whole, **{name: halved(part) for name, part in parts.items()})


def halved(part: Split) -> Split:
    """Every 2×2 pixels averaged to one."""
    images = F.avg_pool2d(part.images.float(), 2).round().to(torch.uint8)
    return replace(part, images=images)


def removable(model: nn.Module) -> Iterator[str]:
    """The names of the blocks whose maps go out in the shape in which they came in."""
    for name, block in model.named_modules():
        if isinstance(block, models.PlainBlock):  # a residual block is one, too
            first = block.conv1
            if first.in_channels == first.out_channels and first.stride == (1, 1):
                yield name


def without(model: nn.Module, name: str) -> nn.Module:
    """A copy of the network in which this block only passes on what it receives."""
    smaller = copy.deepcopy(model)
    place, _, last = name.rpartition(".")
    setattr(smaller.get_submodule(place), last, nn.Identity())
    return smaller


def train(
    seed: int, make: Callable[..., nn.Module], depth: int, epochs: int, lr: float, batch_size: int
) -> Found:
    torch.manual_seed(seed)
    model = make(depth, width=8, num_classes=10, in_channels=1)
    fit(model, clothes(), epochs=epochs, lr=lr, batch_size=batch_size, seed=seed, progress=False)
    learned = evaluate(model, clothes(), split="train")
    figures = {
        "train_loss": learned.loss,
        "train": 100 * learned.accuracy,
        "test": percent(model, clothes()),
    }
    if depth > 8:
        whole = percent(model, clothes(), "validation")
        left = [percent(without(model, b), clothes(), "validation") for b in removable(model)]
        figures["kept"] = 100 * sum(left) / len(left) / whole
    kind = "residual" if make is models.small_resnet else "plain"
    return {f"{kind}-{depth}": figures}


def loss(found: Found, row: str) -> float:
    return found[row]["train_loss"]


STORY = Story(
    name="degradation",
    unit="05_resnet",
    title="Unit 05: 8 layers, 26 layers, and 26 with shortcuts",
    about=(
        "Three networks with batch norm on 2,000 clothes at half size, for 10 epochs at the same "
        "rate. The last column: which part of its validation accuracy a trained network keeps when "
        "one of its blocks is removed, on average over the blocks."
    ),
    columns={
        "train_loss": "training loss",
        "train": "training images, %",
        "test": "test images, %",
        "kept": "kept without a block, %",
    },
    runs={
        name: partial(train, make=make, depth=depth, epochs=10, lr=0.1, batch_size=64)
        for name, make, depth in (
            (PLAIN_8, models.small_plain, 8),
            (PLAIN_26, models.small_plain, 26),
            (RESIDUAL_26, models.small_resnet, 26),
        )
    },
    statements=(
        Statement(
            "This one does worse on both.",
            "plain-26 has a training loss more than 0.05 above that of plain-8, and a lower test "
            "accuracy",
            lambda found: (
                loss(found, PLAIN_26) > loss(found, PLAIN_8) + 0.05
                and found[PLAIN_26]["test"] < found[PLAIN_8]["test"]
            ),
        ),
        Statement(
            "That would only undo the harm. The shortcut does more: the extra layers now help to "
            "fit.",
            "the training loss of residual-26 is below that of plain-8",
            lambda found: loss(found, RESIDUAL_26) < loss(found, PLAIN_8),
        ),
        Statement(
            "Past a missing residual block there's still the shortcut.",
            "residual-26 keeps more than half of its accuracy, plain-26 doesn't",
            lambda found: found[RESIDUAL_26]["kept"] > 50 > found[PLAIN_26]["kept"],
        ),
    ),
    same=(
        "data, epochs=10, lr=0.1, batch_size=64, seed=seed, live_plot=False",
        "models.small_plain(depth, width=8, num_classes=10, in_channels=1)",
        "train=clothes.train.per_class(200, seed=0)",
    ),
)
