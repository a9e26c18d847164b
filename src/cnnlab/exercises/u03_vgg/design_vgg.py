"""`design_vgg`: small filters of the learner's own choice, within a sixth of LeNet's parameters."""

from __future__ import annotations

from torch import nn

from cnnlab.check.design import Brief, DesignTask, NetworkTrial, Plan
from cnnlab.check.exercise import Exercise
from cnnlab.exercises._clothes import practice_on_clothes
from cnnlab.models import vgg_block
from cnnlab.training.schedules import warmup_cosine

LIMITS = {"parameters": 10_000, "multiply-adds": 1_000_000}
TRAINING_IMAGES = 6_000
VALIDATION_IMAGES = 2_000

BRIEF = Brief(
    measured="of unseen clothes right",
    baseline="A narrow VGG with batch norm (1×8, 1×16, 1×16)",
    baseline_score=0.84,
    steps={0.79: 4, 0.84: 8, 0.855: 10},
    limits=LIMITS,
    points_for_limits=2,
)
PLAN = Plan(epochs=5, lr=3e-3, schedule=warmup_cosine, weight_decay=0.05, batch_size=32)
TRIAL = NetworkTrial(LIMITS, PLAN, shape=(1, 28, 28))


def design() -> nn.Module:
    """Five narrow convolutions with batch norm, four of them behind the first pooling."""
    return nn.Sequential(
        vgg_block(1, 12, 1, batch_norm=True),
        vgg_block(12, 14, 2, batch_norm=True),
        vgg_block(14, 16, 2, batch_norm=True),
        nn.Flatten(),
        nn.Linear(16 * 3 * 3, 10),
    )


PRACTICE = practice_on_clothes(TRAINING_IMAGES, held_out=VALIDATION_IMAGES)
TASK = DesignTask(BRIEF, TRIAL, PRACTICE)
exercise = Exercise("design_vgg", {"design": design})
TASK.add_visible(exercise)
