"""Regularisers on few pictures: each alone and all together, judged by train/test gap and test."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import torch

from cnnlab import models
from cnnlab.data.augment import Augmentation
from cnnlab.exercises.u06_training.augment import cutout, random_crop_flip
from cnnlab.training import evaluate, fit
from stories.story import Claim, Outcome, Setting, Story
from stories.training import CLASSES, load, outcome

ALONE: dict[str, dict[str, float]] = {
    "weight decay": {"weight_decay": 0.005},
    "crop and flip": {"padding": 1},
    "cutout": {"hole": 4},
    "mixup": {"mixup": 0.2},
    "label smoothing": {"label_smoothing": 0.1},
}
RECIPES: dict[str, dict[str, float]] = {
    "nothing": {},
    **ALONE,
    "all together": {
        name: value for settings in ALONE.values() for name, value in settings.items()
    },
}


def _rows(images: int, side: int, epochs: int) -> dict[str, Setting]:
    network = {
        "config": [(1, 12), (1, 24), (1, 48)],
        "image_size": side,
        "batch_norm": True,
        "dropout": 0.0,
        "hidden": 64,
    }
    return {
        name: Setting(
            network="vgg",
            options={"network": network, "regularisers": recipe},
            images=images,
            side=side,
            epochs=epochs,
            batch_size=128,
            lr=0.1,
            test_images=1_000,
        )
        for name, recipe in RECIPES.items()
    }


def augmentation(recipe: Mapping[str, float]) -> Augmentation | None:
    """Crop and flip, then the hole: those of the two that the recipe asks for."""
    padding, hole = int(recipe.get("padding", 0)), int(recipe.get("hole", 0))
    if not padding and not hole:
        return None

    def augment(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        if padding:
            x = random_crop_flip(x, padding, generator)
        return cutout(x, hole, generator) if hole else x

    return augment


def train(setting: Setting, seed: int) -> Outcome:
    """Train once by a recipe and measure on the plain training and test pictures."""
    recipe: Mapping[str, Any] = setting.options["regularisers"]
    pictures = load(setting.data, seed, setting.images, setting.test_images, setting.side)
    torch.manual_seed(seed)
    model = models.create(setting.network, num_classes=CLASSES, **setting.options["network"])
    started = time.process_time()
    history = fit(
        model,
        pictures,
        epochs=setting.epochs,
        lr=setting.lr,
        schedule=setting.schedule,
        batch_size=setting.batch_size,
        augment=augmentation(recipe),
        mixup=recipe.get("mixup", 0.0),
        label_smoothing=recipe.get("label_smoothing", 0.0),
        weight_decay=recipe.get("weight_decay", 0.0),
        seed=seed,
        progress=False,
    )
    seconds = time.process_time() - started
    learned = evaluate(model, pictures.batches("train", 256, shuffle=False))
    tested = evaluate(model, pictures.batches("test", 256))
    return outcome(model, learned, tested, seconds, history.stop_reason, not history.stopped_early)


STORY = Story(
    name="regularisers",
    title="Regularisers: what closes the gap, and what it is worth",
    about=(
        "A small VGG with batch norm on few pictures, without a regulariser, with each of five "
        "alone, and with all together: weight decay 0.005, crops from 1 pixel of border with "
        "flips, holes of 4×4, mixup with Beta(0.2, 0.2), label smoothing 0.1."
    ),
    rows={"lesson": _rows(2_000, 16, epochs=20), "full": _rows(4_000, 32, epochs=30)},
    claims=(
        Claim("crop and flip", "nothing", "gap"),
        Claim("all together", "nothing", "gap"),
        Claim("all together", "crop and flip", "gap"),
        Claim("crop and flip", "all together"),
        Claim("crop and flip", "nothing"),
        Claim("weight decay", "nothing"),
    ),
    train=train,
)
