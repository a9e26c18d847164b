"""`design_recipe`: the learner's own recipe for a given network and 2,000 images."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from cnnlab import data, recipes
from cnnlab.check.compare import Wrong
from cnnlab.check.design import Brief, DesignTask, OneOf, Recipe, RecipeTrial, Within
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.data import Dataset
from cnnlab.exercises.u06_training.augment import cutout
from cnnlab.exercises.u06_training.mixup import mixup
from cnnlab.exercises.u06_training.warmup_cosine import warmup_cosine
from cnnlab.training import evaluate

RUNS = 3
FIELDS: dict[str, Within | OneOf] = {
    "epochs": Within(1, 10, whole=True),
    "batch_size": Within(16, 512, whole=True),
    "optimizer": OneOf(("sgd", "adam", "adamw")),
    "lr": Within(1e-6, 10),
    "momentum": Within(0, 0.999),
    "weight_decay": Within(0, 1),
    "schedule": OneOf(("constant", "warmup_cosine")),
    "crop_and_flip": Within(0, 4, whole=True),
    "hole": Within(0, 10, whole=True),
    "hole_colour": OneOf(("mean", "black")),
    "mixup": Within(0, 2),
    "label_smoothing": Within(0, 0.9),
    "dropout": Within(0, 0.9),
}


def our_design() -> dict[str, Any]:
    """Ten epochs are short: no crops, four times as many steps, and more decay in return."""
    return {
        "epochs": 10,
        "batch_size": 32,
        "optimizer": "sgd",
        "lr": 0.05,
        "momentum": 0.9,
        "weight_decay": 0.01,
        "schedule": "warmup_cosine",
        "crop_and_flip": 0,
        "hole": 0,
        "hole_colour": "mean",
        "mixup": 0.0,
        "label_smoothing": 0.0,
        "dropout": 0.0,
    }


def crop_and_flip(x: Tensor, padding: int, generator: torch.Generator) -> Tensor:
    """What `random_crop_flip` does, for all images at once."""
    n, _, height, width = x.shape
    top, left = torch.randint(2 * padding + 1, (2, n), generator=generator)
    mirrored = torch.rand(n, generator=generator) < 0.5
    windows = F.pad(x, (padding,) * 4).unfold(2, height, 1).unfold(3, width, 1)
    crops = windows[torch.arange(n), :, top, left]
    return torch.where(mirrored.view(n, 1, 1, 1), crops.flip(3), crops)


TOOLS: dict[str, Callable[..., Any]] = {
    "crop_and_flip": crop_and_flip,
    "cutout": cutout,
    "mixup": mixup,
    "schedule": warmup_cosine,
}


def run(recipe: Recipe, seed: int, material: Dataset) -> float:
    """The mean accuracy of three networks: after short training, single runs scatter widely."""
    return sum(run_once(recipe, seed + k, material) for k in range(RUNS)) / RUNS


def run_once(recipe: Recipe, seed: int, material: Dataset) -> float:
    """The accuracy of a network that was trained by the recipe."""
    model = recipes.train(recipe, material, seed, TOOLS)
    result = evaluate(model, material.batches("test", 500))
    if not math.isfinite(result.loss):
        raise Wrong(
            "diverged",
            "With this recipe the loss becomes infinite or NaN. Lower the learning rate.",
        )
    return result.accuracy


def public() -> Dataset:
    """The pictures of the lesson: 2,000 to learn from, 1,000 to validate on."""
    drawn = data.load("shapes10", seed=0, n_train=3_000, n_test=2_000, image_size=16)
    return drawn.with_validation(1_000, seed=0)


def practice(draw: Draw) -> Dataset:
    """Measured on the validation part; the test part stays what it is for."""
    held_out = public()
    assert held_out.validation is not None
    return replace(held_out, test=held_out.validation, validation=None)


BRIEF = Brief(
    measured="accuracy on shapes that it has never seen",
    baseline="The ladder's top recipe in ten epochs",
    baseline_score=0.30,
    steps={0.26: 3, 0.35: 5, 0.42: 6},
    points_for_limits=2,
)
TRIAL = RecipeTrial(FIELDS, run)
TASK = DesignTask(BRIEF, TRIAL, practice)

exercise = Exercise("design_recipe", {"design": our_design})
TASK.add_visible(exercise)
