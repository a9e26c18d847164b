"""`design_blocks`: a network of the learner's own for clothes, with very little to compute."""

from __future__ import annotations

from torch import nn

from cnnlab.check.design import Brief, DesignTask, NetworkTrial, Plan
from cnnlab.check.exercise import Exercise
from cnnlab.exercises._clothes import practice_on_clothes
from cnnlab.models import DepthwiseSeparable
from cnnlab.training.schedules import warmup_cosine

TRAINING_IMAGES = 4_000
LIMITS = {"parameters": 60_000, "multiply-adds": 250_000}


def our_design() -> nn.Module:
    """A 5×5 stem, pooling, one separable convolution, and a dense layer that reads it all."""
    return nn.Sequential(
        nn.Conv2d(1, 24, 5, stride=2, padding=2, bias=False),
        nn.BatchNorm2d(24),
        nn.ReLU(),
        nn.MaxPool2d(2),
        DepthwiseSeparable(24, 64),
        nn.Flatten(),
        nn.Linear(64 * 7 * 7, 10),
    )


BRIEF = Brief(
    measured="accuracy on clothes that it has never seen",
    baseline="The small MobileNet of this section",
    baseline_score=0.79,
    steps={0.78: 5, 0.81: 6, 0.83: 6, 0.84: 5},
    limits=LIMITS,
    points_for_limits=2,
)
TRIAL = NetworkTrial(
    LIMITS,
    Plan(epochs=5, lr=4e-3, schedule=warmup_cosine, weight_decay=0.05),
    shape=(1, 28, 28),
    name="design",
)
PRACTICE = practice_on_clothes(TRAINING_IMAGES, held_out=1_000)
TASK = DesignTask(BRIEF, TRIAL, PRACTICE)

exercise = Exercise("design_blocks", {"design": our_design}, refuses=("torchvision.*", "timm.*"))
TASK.add_visible(exercise)
