"""`design_small_cnn`: a network of the learner's own, no larger than LeNet-5, that beats it."""

from __future__ import annotations

from torch import nn

from cnnlab.check.design import Brief, DesignTask, NetworkTrial, Plan
from cnnlab.check.exercise import Exercise
from cnnlab.exercises._clothes import practice_on_clothes
from cnnlab.training.schedules import warmup_cosine

LIMITS = {"parameters": 61_706, "multiply-adds": 2_000_000}
TRAINING_IMAGES = 6_000
VALIDATION_IMAGES = 2_000

BRIEF = Brief(
    measured="of unseen clothes right",
    baseline="LeNet-5 with ReLU",
    baseline_score=0.84,
    steps={0.79: 3, 0.82: 4, 0.86: 7},
    limits=LIMITS,
    points_for_limits=2,
)
PLAN = Plan(epochs=5, lr=4e-3, schedule=warmup_cosine, weight_decay=0.05)
TRIAL = NetworkTrial(LIMITS, PLAN, shape=(1, 28, 28))


def design() -> nn.Module:
    """Three rounds of 3×3 convolution with batch norm, and a single dense layer."""

    def block(c_in: int, c_out: int) -> list[nn.Module]:
        convolution = nn.Conv2d(c_in, c_out, kernel_size=3, padding=1, bias=False)
        return [convolution, nn.BatchNorm2d(c_out), nn.ReLU(), nn.MaxPool2d(2)]

    return nn.Sequential(
        *block(1, 16), *block(16, 32), *block(32, 48), nn.Flatten(), nn.Linear(48 * 3 * 3, 10)
    )


PRACTICE = practice_on_clothes(TRAINING_IMAGES, held_out=VALIDATION_IMAGES)
TASK = DesignTask(BRIEF, TRIAL, PRACTICE)
exercise = Exercise("design_small_cnn", {"design": design})
TASK.add_visible(exercise)
