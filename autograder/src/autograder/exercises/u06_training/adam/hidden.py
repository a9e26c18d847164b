"""Hidden checks of `adam`."""

from __future__ import annotations

from typing import Any

import torch

from autograder.exercises.u06_training._drawn import draw_rates, draw_shape
from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u06_training._steps import agree_steps, draw_steps
from cnnlab.exercises.u06_training.adam import agree_by_default, agree_on_default_eps, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


def follow(
    learner: LearnerCode,
    draw: Draw,
    name: str,
    *settings: dict[str, Any],
    dtype: torch.dtype = torch.float32,
) -> None:
    """One step for each of the settings, from a drawn start along drawn gradients."""
    shape = draw_shape(draw)
    start = draw.normal(*shape, dtype=dtype)
    agree_steps(learner, exercise, start, draw_steps(draw, shape, *settings, dtype=dtype), name)


@hidden.check("adam_step: many steps", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    settings = {"lr": float(draw.uniform(1, low=0.01, high=0.1))}
    follow(learner, draw, "adam_step", *[settings] * 20)
    agree_by_default(learner, draw, {}, {}, {}, of="adam_step")


@hidden.check("adam_step: other β and ε", points=1.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_default_eps(learner, draw, "adam_step")
    betas = (draw.choice([0.5, 0.7]), draw.choice([0.8, 0.95]))
    settings = {"lr": 0.1, "betas": betas, "eps": draw.choice([0.03, 0.1])}
    follow(learner, draw, "adam_step", *[settings] * 6, dtype=torch.float64)


@hidden.check("adam_step: a rate that changes from step to step", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    follow(learner, draw, "adam_step", *[{"lr": lr} for lr in draw_rates(draw, 7)])


@hidden.check("adamw_step: the weights decay separately from the step", points=2.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    settings = {"lr": 0.1, "weight_decay": float(draw.uniform(1, low=0.2, high=0.6))}
    follow(learner, draw, "adamw_step", {"lr": 0.3}, *[settings] * 6)
    agree_by_default(learner, draw, {}, {}, {}, of="adamw_step")


@hidden.check("adamw_step: a rate that changes, other β and ε", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_default_eps(learner, draw, "adamw_step")
    common = {"betas": (0.6, 0.9), "eps": 0.05, "weight_decay": draw.choice([0.2, 0.4])}
    settings = [{"lr": lr, **common} for lr in draw_rates(draw, 6)]
    follow(learner, draw, "adamw_step", *settings, dtype=torch.float64)
