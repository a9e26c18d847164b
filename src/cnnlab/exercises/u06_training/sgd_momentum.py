"""`sgd_momentum`: the step of SGD with momentum, as torch.optim.SGD takes it."""

from __future__ import annotations

import torch

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u06_training._steps import OPTIMIZERS, agree_steps, draw_steps
from cnnlab.exercises.u06_training.sgd_momentum_mistakes import add_mistakes
from cnnlab.learner import LearnerCode


def sgd_momentum_step(
    param: torch.Tensor,
    grad: torch.Tensor,
    velocity: torch.Tensor | None,
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> tuple[torch.Tensor, torch.Tensor]:
    """One step as torch.optim.SGD takes it: v ← μv + g, θ ← θ − ηv."""
    grad = grad + weight_decay * param
    velocity = grad if velocity is None else momentum * velocity + grad
    return param - lr * velocity, velocity


exercise = Exercise("sgd_momentum", {"sgd_momentum_step": sgd_momentum_step}, refuses=OPTIMIZERS)
add_mistakes(exercise)


@exercise.visible("five steps at a constant rate")
def _(learner: LearnerCode, draw: Draw) -> None:
    start = draw.normal(2, 3, dtype=torch.float32)
    agree_steps(learner, exercise, start, draw_steps(draw, (2, 3), *[{"lr": 0.1}] * 5))


@exercise.visible("a rate that changes, and weight decay")
def _(learner: LearnerCode, draw: Draw) -> None:
    start = draw.normal(4, dtype=torch.float32)
    settings = [{"lr": lr, "momentum": 0.8, "weight_decay": 0.5} for lr in (0.2, 0.1, 0.01)]
    agree_steps(learner, exercise, start, draw_steps(draw, (4,), *settings))
