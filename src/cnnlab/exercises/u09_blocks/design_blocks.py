"""`design_blocks`: a network of the learner's own for clothes, with very little to compute."""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.check.design import Brief, DesignTask, NetworkTrial, Plan
from cnnlab.check.exercise import Exercise
from cnnlab.exercises._clothes import practice_on_clothes
from cnnlab.models import DepthwiseSeparable
from cnnlab.training.schedules import warmup_cosine

TRAINING_IMAGES = 4_000
LIMITS = {"parameters": 60_000, "multiply-adds": 120_000}


class KeepsWhatItReads(nn.Module):
    """A separable convolution whose maps are concatenated with those it has read."""

    def __init__(self, in_channels: int, growth: int) -> None:
        super().__init__()
        self.layer = DepthwiseSeparable(in_channels, growth)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([x, self.layer(x)], dim=1)


def our_design() -> nn.Module:
    """Maps of 7×7 at once, one separable convolution beside them, and a head that reads it all."""
    stem = (nn.Conv2d(1, 20, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(20), nn.ReLU())
    head = (nn.Flatten(), nn.Linear(60 * 7 * 7, 10))
    return nn.Sequential(*stem, nn.MaxPool2d(2), KeepsWhatItReads(20, 40), *head)


BRIEF = Brief(
    measured="accuracy on clothes that it has never seen",
    baseline="The network of two residual blocks below",
    baseline_score=0.77,
    steps={0.75: 5, 0.80: 6, 0.82: 6, 0.83: 5},
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
