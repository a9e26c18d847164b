"""Unit 04, section 5: learning rates with and without batch norm."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache, partial

import torch

from cnnlab import data, models
from cnnlab.data import Dataset
from cnnlab.training import fit
from stories.measured import percent
from stories.story import Found, Statement, Story

CONFIG = [(1, 16), (1, 32), (2, 64)]
RATES = (0.001, 0.01, 0.03, 0.1, 0.3)


@lru_cache(maxsize=1)
def clothes() -> Dataset:
    whole = data.load("fashion-mnist-small").with_validation(n=1_000, seed=0)
    return replace(whole, train=whole.train.per_class(200))


def named(batch_norm: bool, rate: float) -> str:
    return f"{'with' if batch_norm else 'without'} batch norm, rate {rate}"


def train(seed: int, batch_norm: bool, rate: float, epochs: int, batch_size: int) -> Found:
    torch.manual_seed(seed)
    model = models.make_vgg(
        CONFIG, num_classes=10, in_channels=1, image_size=28, batch_norm=batch_norm, dropout=0.0
    )
    fit(
        model,
        clothes(),
        epochs=epochs,
        lr=rate,
        batch_size=batch_size,
        seed=seed,
        progress=False,
        strict=False,
    )
    shares = {part: percent(model, clothes(), part) for part in ("train", "validation")}
    return {named(batch_norm, rate): shares}


def learned(found: Found, batch_norm: bool, rate: float) -> float:
    return found[named(batch_norm, rate)]["train"]


def held_out(found: Found, rate: float) -> float:
    """Validation accuracy with batch norm."""
    return found[named(True, rate)]["validation"]


def best_rate(found: Found) -> float:
    return max(RATES, key=lambda rate: learned(found, True, rate))


STORY = Story(
    name="learning_rates",
    unit="04_batchnorm",
    title="Unit 04: learning rates with and without batch norm",
    about=(
        "The same small VGG with and without batch norm (in its dense layers, too) at five "
        "learning rates, on 2,000 clothes for 8 epochs. The training images tell what "
        "can be optimised, 1,000 validation images what it's worth."
    ),
    columns={"train": "training images, %", "validation": "validation images, %"},
    runs={
        named(norm, rate): partial(train, batch_norm=norm, rate=rate, epochs=8, batch_size=32)
        for norm in (False, True)
        for rate in RATES
    },
    statements=(
        Statement(
            "at small rates the network with it learns much faster",
            "at 0.001, 20 points more of the training images are right",
            lambda found: learned(found, True, 0.001) > learned(found, False, 0.001) + 20,
        ),
        Statement(
            "at large ones it still learns when the other has broken down",
            "at 0.3, more than 50 % of the training images are right with batch norm, and less "
            "than 20 % without",
            lambda found: learned(found, True, 0.3) > 50 and learned(found, False, 0.3) < 20,
        ),
        Statement(
            "its *training* accuracy is highest at a fairly small rate and falls off above",
            "it's highest at 0.001, 0.01 or 0.03, and lower at 0.3 than at 0.1",
            lambda found: (
                best_rate(found) <= 0.03 and learned(found, True, 0.3) < learned(found, True, 0.1)
            ),
        ),
        Statement(
            "*Validation* accuracy doesn't fall with it",
            "from 0.01 to 0.1, validation accuracy with batch norm loses less than a point",
            lambda found: held_out(found, 0.1) > held_out(found, 0.01) - 1,
        ),
        Statement(
            "larger rates come out a little ahead",
            "with batch norm, 0.1 is ahead of 0.01 on the validation images",
            lambda found: held_out(found, 0.1) > held_out(found, 0.01),
        ),
    ),
    same=(
        "CONFIG = [(1, 16), (1, 32), (2, 64)]",
        "RATES = (0.001, 0.01, 0.03, 0.1, 0.3)",
        '{"epochs": 8, "lr": rate, "batch_size": 32, "seed": SEED}',
        "train=clothes.train.per_class(200)",
    ),
)
