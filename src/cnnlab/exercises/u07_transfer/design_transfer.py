"""`design_transfer`: the learner's own plan for clothes, with a backbone that only knows shapes.

The clothes lie anywhere in the picture. There a linear layer on raw pixels and a random backbone
hardly beat guessing, so what is earned here is earned by the pretrained weights.
"""

from __future__ import annotations

from typing import Any

from cnnlab import data
from cnnlab.check.compare import Wrong
from cnnlab.check.design import Brief, DesignTask, OneOf, Recipe, RecipeTrial, Within
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.data import Dataset
from cnnlab.data.anywhere import put_anywhere
from cnnlab.exercises.u07_transfer._plan import STAGES, carry_out

IMAGES_PER_CLASS = 20
VALIDATION_IMAGES = 1_000
SIDES = {"layer1": 16, "layer2": 8, "layer3": 4}  # of the maps after each stage

FIELDS: dict[str, Within | OneOf] = {
    "start": OneOf(("pretrained", "random")),
    "features": OneOf(STAGES),
    "grid": OneOf((1, 2, 4, 8)),
    "learning_stages": Within(0, 3, whole=True),
    "head_lr": Within(1e-5, 1),
    "backbone_lr": Within(1e-6, 1),
    "weight_decay": Within(0, 0.1),
    "epochs": Within(1, 20, whole=True),
    "augment": OneOf(("none", "flip", "crop_flip")),
}

BRIEF = Brief(
    measured="of unseen clothes right",
    baseline="a new head on the frozen backbone, as in section 3",
    baseline_score=0.46,
    steps={0.30: 3, 0.46: 4, 0.53: 9},
    limits={"training images a class": IMAGES_PER_CLASS, "epochs": 20},
    points_for_limits=2,
)


def design() -> dict[str, Any]:
    """All of the backbone learns, on pictures that are moved and mirrored anew in every epoch."""
    return {
        "start": "pretrained",
        "features": "layer3",
        "grid": 1,
        "learning_stages": 3,
        "head_lr": 0.03,
        "backbone_lr": 0.03,
        "weight_decay": 5e-4,
        "epochs": 20,
        "augment": "crop_flip",
    }


def possible(plan: Recipe) -> str:
    """Refuses settings that do not go together; says in words what the plan does."""
    read = STAGES.index(plan["features"]) + 1
    side = SIDES[plan["features"]]
    if plan["grid"] > side:
        raise Wrong(
            "grid_too_fine",
            f"The maps after {plan['features']} have {side} × {side} positions, so a grid of "
            f"{plan['grid']} × {plan['grid']} can't be averaged from them.",
        )
    if plan["learning_stages"] > read:
        raise Wrong(
            "stages_not_read",
            f"You read the features after {plan['features']}, so the network has {read} stage"
            f"{'s' if read > 1 else ''}, and {plan['learning_stages']} of them should learn.",
        )
    learning = plan["learning_stages"]
    what = "only the head learns"
    if learning:
        what = f"the last {learning} learn as well" if learning > 1 else "the last learns as well"
    return f"{plan['start']} weights, {read} of 3 stages, {what}"


def practice(draw: Draw) -> Dataset:
    """What a notebook trains and measures on: training and validation images of the subset."""
    clothes = data.load("fashion-mnist-small").with_validation(VALIDATION_IMAGES)
    assert clothes.validation is not None
    seed = draw.integer(0, 2**31)
    train = put_anywhere(clothes.train.per_class(IMAGES_PER_CLASS, seed=seed), seed)
    validation = put_anywhere(clothes.validation, seed + 1)
    return Dataset("practice", "1", clothes.class_names, train, test=validation)


TRIAL = RecipeTrial(FIELDS, run=carry_out, inspect_recipe=possible)
TASK = DesignTask(BRIEF, TRIAL, practice)
exercise = Exercise("design_transfer", {"design": design})
TASK.add_visible(exercise)
