"""`design_resnet`: a deep network of the learner's own for clothes, within a budget."""

from __future__ import annotations

from torch import nn

from cnnlab.check.design import Brief, Depth, DesignTask, NetworkTrial, Plan
from cnnlab.check.exercise import Exercise
from cnnlab.exercises._clothes import practice_on_clothes
from cnnlab.models import ResidualBlock
from cnnlab.training.schedules import warmup_cosine

TRAINING_IMAGES = 4_000
VALIDATION_IMAGES = 2_000
LIMITS = {"parameters": 70_000, "multiply-adds": 2_500_000}
# 40,000 multiply-adds are what a layer of the narrowest useful kind does. Eighteen that only stand
# there take more than a quarter of the budget.
DEPTH = Depth(at_least=18, channels=8, work=40_000)


def our_design() -> nn.Module:
    """A stem on full-size maps, six blocks at 7×7, three wider ones at 4×4, all started at zero."""
    stem = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(4)
    )
    blocks = [ResidualBlock(16, 16) for _ in range(6)]
    blocks += [ResidualBlock(16, 24, 2), ResidualBlock(24, 24), ResidualBlock(24, 24)]
    for block in blocks:
        nn.init.zeros_(block.bn2.weight)
    return nn.Sequential(stem, *blocks, nn.Flatten(), nn.Linear(24 * 4 * 4, 10))


BRIEF = Brief(
    measured="accuracy on clothes that it has never seen",
    baseline="A residual network of 20 layers on half-size images",
    baseline_score=0.82,
    steps={0.80: 4, 0.82: 4, 0.845: 6},
    limits=LIMITS,
    points_for_limits=2,
    floors={"convolutions one after another": DEPTH.at_least},
)
TRIAL = NetworkTrial(
    LIMITS,
    Plan(epochs=5, lr=4e-3, schedule=warmup_cosine, weight_decay=0.05),
    shape=(1, 28, 28),
    name="design",
    depth=DEPTH,
)
PRACTICE = practice_on_clothes(TRAINING_IMAGES, held_out=VALIDATION_IMAGES)
TASK = DesignTask(BRIEF, TRIAL, PRACTICE)

exercise = Exercise("design_resnet", {"design": our_design}, refuses=("torchvision.*", "timm.*"))
TASK.add_visible(exercise)
