"""`design_deep_training`: the learner's own recipe for a plain network of twelve convolutions."""

from __future__ import annotations

import math
from typing import Any

from cnnlab.check.compare import Wrong
from cnnlab.check.design import Brief, DesignTask, OneOf, Recipe, RecipeTrial, Within
from cnnlab.check.exercise import Exercise
from cnnlab.data import Dataset
from cnnlab.deep_training import NORMS, train_deep
from cnnlab.exercises._clothes import practice_on_clothes
from cnnlab.training import evaluate

TRAINING_IMAGES = 3_000
FIELDS: dict[str, Within | OneOf] = {
    "norm": OneOf(NORMS),
    "weight_scale": Within(0.01, 10),
    "lr": Within(1e-5, 3),
    "warmup": Within(0, 0.5),
    "momentum": Within(0, 0.99),
    "batch_size": Within(8, 256, whole=True),
}


def our_design() -> dict[str, Any]:
    """Batch norm, small batches for many steps, and a rate that suits both."""
    return {
        "norm": "before ReLU",
        "weight_scale": 1.0,
        "lr": 0.03,
        "warmup": 0.1,
        "momentum": 0.9,
        "batch_size": 16,
    }


def run(recipe: Recipe, seed: int, material: Dataset) -> float:
    """The accuracy that the network reaches by this recipe."""
    net = train_deep(recipe, material, seed)
    result = evaluate(net, material.batches("test", 500))
    if not math.isfinite(result.loss):
        raise Wrong(
            "diverged",
            "With this recipe the loss becomes infinite, or no number. Lower the learning rate, or "
            "start with smaller weights.",
        )
    return result.accuracy


BRIEF = Brief(
    measured="of unseen clothes right",
    baseline="Kaiming's start without batch norm",
    baseline_score=0.75,
    steps={0.50: 4, 0.70: 8, 0.81: 10},
    points_for_limits=2,
)
PRACTICE = practice_on_clothes(TRAINING_IMAGES, held_out=1_000)
TASK = DesignTask(BRIEF, RecipeTrial(FIELDS, run), PRACTICE)

exercise = Exercise("design_deep_training", {"design": our_design})
TASK.add_visible(exercise)
