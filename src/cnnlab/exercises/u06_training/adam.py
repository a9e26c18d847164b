"""`adam`: the steps of Adam and AdamW."""

from __future__ import annotations

from typing import Any

import torch

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u06_training._steps import OPTIMIZERS, TINY, agree_steps, draw_steps
from cnnlab.exercises.u06_training.adam_mistakes import add_adam_mistakes
from cnnlab.exercises.u06_training.adamw_mistakes import add_adamw_mistakes
from cnnlab.learner import LearnerCode

State = tuple[torch.Tensor, torch.Tensor, int]


def adam_step(
    param: torch.Tensor,
    grad: torch.Tensor,
    state: State | None,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> tuple[torch.Tensor, State]:
    """One step of Adam; the state is (mean of g, mean of g², number of steps taken)."""
    zeros = torch.zeros_like(param)
    mean, square, count = (zeros, zeros, 0) if state is None else state
    count += 1
    mean = betas[0] * mean + (1 - betas[0]) * grad
    square = betas[1] * square + (1 - betas[1]) * grad**2
    # Both began at 0 and are still too small, by exactly these factors.
    unbiased_mean = mean / (1 - betas[0] ** count)
    unbiased_square = square / (1 - betas[1] ** count)
    return param - lr * unbiased_mean / (unbiased_square.sqrt() + eps), (mean, square, count)


def adamw_step(
    param: torch.Tensor,
    grad: torch.Tensor,
    state: State | None,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> tuple[torch.Tensor, State]:
    """Adam, beside which the weights shrink: the decay is no part of the gradient."""
    return adam_step(param * (1 - lr * weight_decay), grad, state, lr, betas, eps)


exercise = Exercise("adam", {"adam_step": adam_step, "adamw_step": adamw_step}, refuses=OPTIMIZERS)
add_adam_mistakes(exercise)
add_adamw_mistakes(exercise)


def agree_by_default(learner: LearnerCode, draw: Draw, *settings: dict[str, Any], of: str) -> None:
    """From 0, so that the parameters are steps of the default length and nothing else.

    No gradient is so small that ε would matter.
    """
    steps = [(grad + 0.5 * grad.sign(), each) for grad, each in draw_steps(draw, (6,), *settings)]
    agree_steps(learner, exercise, torch.zeros(6), steps, of)


def agree_on_default_eps(learner: LearnerCode, draw: Draw, of: str) -> None:
    """Gradients so small that the default ε decides about the length of a step."""
    steps = draw_steps(draw, (5,), {}, {}, {}, size=TINY)
    agree_steps(learner, exercise, torch.zeros(5), steps, of)


@exercise.visible("adam_step: five steps")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_by_default(learner, draw, {}, {}, *[{"lr": 0.05}] * 3, of="adam_step")


@exercise.visible("adam_step: other β and ε")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_default_eps(learner, draw, "adam_step")
    settings = {"lr": 0.1, "betas": (0.8, 0.9), "eps": 0.1}
    steps = draw_steps(draw, (4,), *[settings] * 4, dtype=torch.float64)
    agree_steps(learner, exercise, draw.normal(4), steps, "adam_step")


@exercise.visible("adamw_step: the weights decay separately from the step")
def _(learner: LearnerCode, draw: Draw) -> None:
    settings = {"lr": 0.1, "weight_decay": 0.3}
    steps = draw_steps(draw, (3,), {"lr": 0.3}, settings, settings)
    agree_steps(learner, exercise, draw.normal(3, dtype=torch.float32), steps, "adamw_step")
    agree_on_default_eps(learner, draw, "adamw_step")
