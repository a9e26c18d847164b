"""Unit 03, section 9: a VGG with eight layers more, at three learning rates, and for longer."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import torch

from cnnlab.models import vgg_block
from cnnlab.training import fit
from stories.small_filters import CONFIG, clothes, network
from stories.story import Found, Statement, Story

RATES = (0.05, 0.02, 0.01)
SHALLOW, DEEP = 4, 12


def named(depth: int, rate: float, epochs: int) -> str:
    return f"{depth} convolutions, rate {rate}, {epochs} epochs"


def train(seed: int, depth: int, rate: float, epochs: int) -> Found:
    config = [*CONFIG[:-1], (depth - 2, CONFIG[-1][1])]
    torch.manual_seed(seed)
    model = network(vgg_block, config)
    few = replace(clothes(), train=clothes().train[:2_000])
    recipe = {"epochs": epochs, "batch_size": 32, "progress": False, "strict": False}
    last = fit(model, few, lr=rate, seed=seed, **recipe).final
    figures = {
        "train_loss": last.train_loss,
        "train": 100 * last.train_accuracy,
        "validation": 100 * last.validation_accuracy,
    }
    return {named(depth, rate, epochs): figures}


def after(found: Found, depth: int, rate: float, epochs: int = 5) -> float:
    """The training loss."""
    return found[named(depth, rate, epochs)]["train_loss"]


def longer(found: Found, depth: int, what: str) -> float:
    return found[named(depth, 0.02, 20)][what]


STORY = Story(
    name="deeper_vgg",
    unit="03_vgg",
    title="Unit 03: eight layers more",
    about=(
        "The VGG above and one with eight more layers in its last block, on 2,000 clothes at three "
        "rates, for 5 epochs and for 20. Knowing nothing has a loss of 2.30. Training figures are "
        "those of the last epoch, as the lesson prints them."
    ),
    columns={
        "train_loss": "training loss",
        "train": "training images, %",
        "validation": "validation images, %",
    },
    runs={
        named(depth, rate, epochs): partial(train, depth=depth, rate=rate, epochs=epochs)
        for rates, epochs in ((RATES, 5), ((0.02,), 20))
        for rate in rates
        for depth in (SHALLOW, DEEP)
    },
    statements=(
        Statement(
            "At 0.05 the deep network doesn't even begin to fit its training images",
            "its training loss is above 2.25",
            lambda found: after(found, DEEP, 0.05) > 2.25,
        ),
        Statement(
            "at smaller rates the same network learns",
            "at 0.02 or 0.01 its training loss is below 2.0",
            lambda found: min(after(found, DEEP, 0.02), after(found, DEEP, 0.01)) < 2,
        ),
        Statement(
            "Still, depth has a cost: compare the best loss in each column.",
            "the lowest training loss of the shallow network is below that of the deep one",
            lambda found: (
                min(after(found, SHALLOW, rate) for rate in RATES)
                < min(after(found, DEEP, rate) for rate in RATES)
            ),
        ),
        Statement(
            "With twenty epochs the deeper network fits its training images, too",
            "more than 80 % of them are right",
            lambda found: longer(found, DEEP, "train") > 80,
        ),
        Statement(
            "but it's still behind on both",
            "after 20 epochs it's behind on training and on validation images",
            lambda found: all(
                longer(found, DEEP, part) < longer(found, SHALLOW, part)
                for part in ("train", "validation")
            ),
        ),
    ),
    same=(
        "for rate in (0.05, 0.02, 0.01):",
        "EXTRA_LAYERS, RATE, EPOCHS_MORE = 8, 0.02, 20",
        "DEEPER = [*CONFIG[:-1], (CONFIG[-1][0] + 8, CONFIG[-1][1])]",
    ),
)
