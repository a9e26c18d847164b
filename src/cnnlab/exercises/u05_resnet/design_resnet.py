"""`design_resnet`: a network of the learner's own for clothes, within a budget."""

from __future__ import annotations

from torch import nn

from cnnlab.check.design import Brief, DesignTask, NetworkTrial, Plan
from cnnlab.check.exercise import Exercise
from cnnlab.exercises._clothes import practice_on_clothes
from cnnlab.models import ResidualBlock
from cnnlab.training.schedules import warmup_cosine

TRAINING_IMAGES = 4_000
LIMITS = {"parameters": 60_000, "multiply-adds": 3_000_000}


def our_design() -> nn.Module:
    """A stem that halves the images, three residual blocks, and a dense layer that reads it all."""
    stem = nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()
    )
    blocks = (ResidualBlock(16, 16), ResidualBlock(16, 32, 2), ResidualBlock(32, 40, 2))
    return nn.Sequential(stem, *blocks, nn.Flatten(), nn.Linear(40 * 4 * 4, 10))


BRIEF = Brief(
    measured="accuracy on clothes that it has never seen",
    baseline="An 8-layer plain network on half-size images",
    baseline_score=0.80,
    steps={0.78: 4, 0.82: 4, 0.83: 4, 0.84: 2},
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

exercise = Exercise("design_resnet", {"design": our_design}, refuses=("torchvision.*", "timm.*"))
TASK.add_visible(exercise)
