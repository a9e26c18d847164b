"""`design_vgg`: small filters of the learner's own choice, within a third of LeNet's parameters.

The garments lie anywhere in the picture, so that depth and width matter: on the centred ones all
designs with batch norm are within a percentage point or two of each other.
"""

from __future__ import annotations

from torch import nn

from cnnlab.check.design import Brief, DesignTask, NetworkTrial, Plan
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.data import Dataset
from cnnlab.exercises._clothes import clothes_anywhere, practice_on_clothes
from cnnlab.models import vgg_block
from cnnlab.training.schedules import warmup_cosine

LIMITS = {"parameters": 20_000, "multiply-adds": 2_200_000}
TRAINING_IMAGES = 6_000
VALIDATION_IMAGES = 2_000

BRIEF = Brief(
    measured="of unseen clothes right",
    baseline="A narrow VGG with batch norm (1×8, 1×16, 1×16)",
    baseline_score=0.60,
    steps={0.50: 4, 0.60: 6, 0.65: 6, 0.69: 6},
    limits=LIMITS,
    points_for_limits=2,
)
PLAN = Plan(epochs=5, lr=3e-3, schedule=warmup_cosine, weight_decay=0.05, batch_size=32)
TRIAL = NetworkTrial(LIMITS, PLAN, shape=(3, 32, 32))


def design() -> nn.Module:
    """Six convolutions with batch norm: one at full size, two after each of two poolings."""
    return nn.Sequential(
        vgg_block(3, 12, 1, batch_norm=True),
        vgg_block(12, 16, 2, batch_norm=True),
        vgg_block(16, 24, 2, batch_norm=True),
        vgg_block(24, 24, 1, batch_norm=True),
        nn.Flatten(),
        nn.Linear(24 * 2 * 2, 10),
    )


def practice(draw: Draw) -> Dataset:
    """What a notebook trains and measures on: training and validation images of the subset."""
    clothes = practice_on_clothes(TRAINING_IMAGES, held_out=VALIDATION_IMAGES)(draw)
    return clothes_anywhere(clothes, draw)


TASK = DesignTask(BRIEF, TRIAL, practice)
exercise = Exercise("design_vgg", {"design": design})
TASK.add_visible(exercise)
