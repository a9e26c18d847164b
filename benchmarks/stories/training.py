"""One run: a fresh network on fresh pictures, everything drawn from one seed."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import torch
from torch import nn

from cnnlab import data, models
from cnnlab.training import Evaluation, evaluate, fit
from stories import small_filters
from stories.story import Outcome, Setting

CLASSES = 10
# Residual networks of three stages, as in the CIFAR part of the paper: 6n + 2 layers.
BLOCKS_A_STAGE = {"resnet14": 2, "resnet20": 3}


def build(network: str, options: Mapping[str, Any], side: int) -> nn.Module:
    """A network of the library by name, or one that only these experiments have."""
    inputs = 3 * side * side
    if network == "linear":
        return nn.Sequential(nn.Flatten(), nn.Linear(inputs, CLASSES))
    if network == "mlp":
        return nn.Sequential(
            nn.Flatten(),
            nn.Linear(inputs, 256),
            nn.ReLU(),
            nn.Linear(256, 128),
            nn.ReLU(),
            nn.Linear(128, CLASSES),
        )
    if network in small_filters.BLOCKS:
        return small_filters.network(network, options["config"], side, CLASSES)
    if network in BLOCKS_A_STAGE:
        widths = [options["width"] * times for times in (1, 2, 4)]
        return models.SmallResNet([BLOCKS_A_STAGE[network]] * 3, widths, CLASSES)
    return models.create(network, num_classes=CLASSES, **options)


@lru_cache(maxsize=1)
def load(name: str, seed: int, images: int, test_images: int, side: int) -> data.Dataset:
    """The pictures of a run; runs that follow each other mostly share them."""
    return data.load(name, seed=seed, n_train=images, n_test=test_images, image_size=side)


def train(setting: Setting, seed: int) -> Outcome:
    """Train once and measure the finished network on the plain training and test pictures."""
    pictures = load(setting.data, seed, setting.images, setting.test_images, setting.side)
    torch.manual_seed(seed)
    model = build(setting.network, setting.options, setting.side)
    started = time.process_time()
    history = fit(
        model,
        pictures,
        epochs=setting.epochs,
        lr=setting.lr,
        schedule=setting.schedule,
        batch_size=setting.batch_size,
        augment=data.flip_and_shift() if setting.augment else None,
        seed=seed,
        progress=False,
        strict=False,
    )
    seconds = time.process_time() - started
    learned = evaluate(model, pictures.batches("train", 256, shuffle=False))
    tested = evaluate(model, pictures.batches("test", 256))
    return outcome(model, learned, tested, seconds, history.stop_reason, not history.stopped_early)


def outcome(
    model: nn.Module,
    learned: Evaluation,
    tested: Evaluation,
    seconds: float,
    stop_reason: str,
    finished: bool,
) -> Outcome:
    """Put the figures of a trained network together."""
    return Outcome(
        parameters=models.count_parameters(model),
        train_loss=learned.loss if math.isfinite(learned.loss) else None,
        train_accuracy=learned.accuracy,
        test_accuracy=tested.accuracy,
        seconds=round(seconds, 2),
        stop_reason=stop_reason,
        finished=finished,
    )
