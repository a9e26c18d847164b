"""Hidden checks of the steps of SGD with momentum, Adam and AdamW."""

from __future__ import annotations

from typing import Any

import torch

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises import u06_training as visible
from cnnlab.exercises.u06_training.chains import agree_steps, draw_steps
from cnnlab.learner import LearnerCode

SGD_MOMENTUM = HiddenChecks(visible.SGD_MOMENTUM)


def follow(
    learner: LearnerCode,
    draw: Draw,
    name: str,
    *settings: dict[str, Any],
    dtype: torch.dtype = torch.float32,
) -> None:
    """One step for each of the settings, from a drawn start along drawn gradients."""
    exercise = visible.SGD_MOMENTUM if name == "sgd_momentum_step" else visible.ADAM
    shape = tuple(draw.sample(range(2, 6), draw.integer(1, 3)))
    start = draw.normal(*shape, dtype=dtype)
    agree_steps(learner, exercise, name, start, draw_steps(draw, shape, *settings, dtype=dtype))


def rates(draw: Draw, count: int) -> list[float]:
    """Learning rates that differ clearly from one step to the next."""
    return [draw.choice([0.3, 0.5]) / 4 ** (step % 3) for step in range(count)]


@SGD_MOMENTUM.check("many steps at a constant rate", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    settings = {"lr": float(draw.uniform(1, low=0.05, high=0.2))}
    follow(learner, draw, "sgd_momentum_step", *[settings] * 20)
    settings["momentum"] = draw.choice([0.5, 0.7, 0.95])
    follow(learner, draw, "sgd_momentum_step", *[settings] * 8)


@SGD_MOMENTUM.check("a rate that changes from step to step", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    momentum = draw.choice([0.5, 0.7, 0.95])
    settings = [{"lr": lr, "momentum": momentum} for lr in rates(draw, 8)]
    follow(learner, draw, "sgd_momentum_step", *settings)


@SGD_MOMENTUM.check("weight decay", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    settings = {"lr": 0.1, "weight_decay": float(draw.uniform(1, low=0.2, high=0.6))}
    follow(learner, draw, "sgd_momentum_step", *[settings] * 6)


ADAM = HiddenChecks(visible.ADAM)


@ADAM.check("adam_step: many steps", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    settings = {"lr": float(draw.uniform(1, low=0.01, high=0.1))}
    follow(learner, draw, "adam_step", *[settings] * 20)
    follow(learner, draw, "adam_step", {}, {}, {})


@ADAM.check("adam_step: other β and ε", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    betas = (draw.choice([0.5, 0.7]), draw.choice([0.8, 0.95]))
    settings = {"lr": 0.1, "betas": betas, "eps": draw.choice([0.03, 0.1])}
    follow(learner, draw, "adam_step", *[settings] * 6, dtype=torch.float64)


@ADAM.check("adam_step: a rate that changes from step to step", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    follow(learner, draw, "adam_step", *[{"lr": lr} for lr in rates(draw, 7)])


@ADAM.check("adamw_step: the weights decay beside the step", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    settings = {"lr": 0.1, "weight_decay": float(draw.uniform(1, low=0.2, high=0.6))}
    follow(learner, draw, "adamw_step", {}, *[settings] * 6)


@ADAM.check("adamw_step: a rate that changes, other β and ε", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    common = {"betas": (0.6, 0.9), "eps": 0.05, "weight_decay": draw.choice([0.2, 0.4])}
    settings = [{"lr": lr, **common} for lr in rates(draw, 6)]
    follow(learner, draw, "adamw_step", *settings, dtype=torch.float64)
