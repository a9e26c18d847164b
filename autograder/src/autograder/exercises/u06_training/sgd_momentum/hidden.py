"""Hidden checks of `sgd_momentum`."""

from __future__ import annotations

from typing import Any

import torch

from autograder.exercises.u06_training._drawn import draw_rates, draw_shape
from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u06_training._steps import agree_steps, draw_steps
from cnnlab.exercises.u06_training.sgd_momentum import exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


def follow(learner: LearnerCode, draw: Draw, *settings: dict[str, Any]) -> None:
    """One step for each of the settings, from a drawn start along drawn gradients."""
    shape = draw_shape(draw)
    start = draw.normal(*shape, dtype=torch.float32)
    agree_steps(learner, exercise, start, draw_steps(draw, shape, *settings))


@hidden.check("many steps at a constant rate", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    settings = {"lr": float(draw.uniform(1, low=0.05, high=0.2))}
    follow(learner, draw, *[settings] * 20)
    settings["momentum"] = draw.choice([0.5, 0.7, 0.95])
    follow(learner, draw, *[settings] * 8)


@hidden.check("a rate that changes from step to step", points=2.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    momentum = draw.choice([0.5, 0.7, 0.95])
    follow(learner, draw, *[{"lr": lr, "momentum": momentum} for lr in draw_rates(draw, 8)])


@hidden.check("weight decay", points=1.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    settings = {"lr": 0.1, "weight_decay": float(draw.uniform(1, low=0.2, high=0.6))}
    follow(learner, draw, *[settings] * 6)
