"""The steps of Adam and AdamW."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u06_training.chains import OPTIMIZERS, agree_steps, draw_steps
from cnnlab.learner import LearnerCode
from cnnlab.reference import training as ours

ADAM = Exercise(
    "adam", {"adam_step": ours.adam_step, "adamw_step": ours.adamw_step}, refuses=OPTIMIZERS
)


def adam_with(
    count_from: int = 1,
    counts: bool = True,
    correct: bool = True,
    keep_corrected: bool = False,
    eps_at: str = "after the root",
    root: bool = True,
    squares: bool = True,
    uphill: bool = False,
) -> Callable[..., Any]:
    """Adam with these mistakes."""

    def step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        zeros = torch.zeros_like(param)
        mean, square, count = (zeros, zeros, count_from - 1) if state is None else state
        count = count + 1 if counts else 1
        mean = betas[0] * mean + (1 - betas[0]) * grad
        square = betas[1] * square + (1 - betas[1]) * (grad**2 if squares else grad.abs())
        whole_mean, whole_square = mean, square
        root_bias = 1.0
        if correct:
            whole_mean = mean / (1 - betas[0] ** count)
            root_bias = (1 - betas[1] ** count) ** 0.5
            whole_square = square / (1 - betas[1] ** count)
        if keep_corrected:
            mean, square = whole_mean, whole_square
        if not root:
            scale = whole_square + eps
        elif eps_at == "in the root":
            scale = (whole_square + eps).sqrt()
        elif eps_at == "before the correction":
            scale = (whole_square.sqrt() * root_bias + eps) / root_bias
        else:
            scale = whole_square.sqrt() + eps
        sign = 1 if uphill else -1
        return param + sign * lr * whole_mean / scale, (mean, square, count)

    return step


for _diagnosis, _message, _turns in (
    (
        "no_bias_correction",
        "Your first steps are off: both averages start at 0 and are too small at first, by the "
        "factors 1 − β₁ᵗ and 1 − β₂ᵗ. Divide by these.",
        {"correct": False},
    ),
    (
        "count_from_zero",
        "Your count is 0 in the first step, so that 1 − β⁰ = 0 divides. The first step is number "
        "1.",
        {"count_from": 0},
    ),
    (
        "count_from_two",
        "Your count is one too high: in the first step t is 1.",
        {"count_from": 2},
    ),
    (
        "count_stands_still",
        "Your count of steps is 1 in every step. It belongs to the state, and rises.",
        {"counts": False},
    ),
    (
        "corrected_averages_kept",
        "You keep the corrected averages in the state, so they are corrected again and again. Keep "
        "the plain ones; correct them for the step alone.",
        {"keep_corrected": True},
    ),
    (
        "eps_in_the_root",
        "Your ε is inside the square root. It is added after the root.",
        {"eps_at": "in the root"},
    ),
    (
        "eps_before_the_correction",
        "You add ε before the average of squares is corrected. Correct it, take the root, then add "
        "ε.",
        {"eps_at": "before the correction"},
    ),
    (
        "no_root",
        "You divide by the average of squares itself. Divide by its root, so that the step does "
        "not depend on the scale of the gradient.",
        {"root": False},
    ),
    (
        "not_squared",
        "The second average is one of absolute values. Adam averages squares.",
        {"squares": False},
    ),
    (
        "uphill",
        "You go along the gradient, uphill: the loss grows. Go against it.",
        {"uphill": True},
    ),
):
    ADAM.mistake(_diagnosis, _message)(adam_with(**_turns))


@ADAM.mistake("betas_exchanged", "β₁ and β₂ are exchanged: β₁ is for the gradients themselves.")
def _(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    return ours.adam_step(param, grad, state, lr, betas[::-1], eps)


@ADAM.mistake("betas_fixed", "The argument `betas` has no effect: (0.9, 0.999) is its default.")
def _(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    return ours.adam_step(param, grad, state, lr, eps=eps)


@ADAM.mistake("eps_fixed", "The argument `eps` has no effect: 1e-8 is only its default.")
def _(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    return ours.adam_step(param, grad, state, lr, betas)


@ADAM.mistake(
    "state_not_handed_on",
    "Every step is like the first: the averages and the count do not reach the next one.",
)
def _(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    return ours.adam_step(param, grad, None, lr, betas, eps)


@ADAM.mistake(
    "decay_in_the_gradient",
    "You add the decay to the gradient. Adam then divides it by the root as well, so that weights "
    "with large gradients hardly decay. In AdamW the weights shrink beside the step.",
    of="adamw_step",
)
def _(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    return ours.adam_step(param, grad + weight_decay * param, state, lr, betas, eps)


@ADAM.mistake(
    "decay_without_the_rate",
    "Your weights shrink by the factor 1 − λ in every step, whatever the learning rate. In torch "
    "it is 1 − ηλ.",
    of="adamw_step",
)
def _(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    return ours.adam_step(param * (1 - weight_decay), grad, state, lr, betas, eps)


@ADAM.mistake(
    "decay_after_the_step",
    "You shrink the weights after the step, and thereby the step too. Shrink them first, or take "
    "both from the weights that you were given.",
    of="adamw_step",
)
def _(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    param, state = ours.adam_step(param, grad, state, lr, betas, eps)
    return param * (1 - lr * weight_decay), state


@ADAM.mistake("decay_ignored", "The argument `weight_decay` has no effect.", of="adamw_step")
def _(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    return ours.adam_step(param, grad, state, lr, betas, eps)


@ADAM.mistake(
    "decay_fixed",
    "The argument `weight_decay` has no effect: 0.01 is only its default.",
    of="adamw_step",
)
def _(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    return ours.adamw_step(param, grad, state, lr, betas, eps)


@ADAM.mistake(
    "decay_lets_weights_grow",
    "Your weight decay has the wrong sign: it pushes the weights away from zero.",
    of="adamw_step",
)
def _(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    return ours.adamw_step(param, grad, state, lr, betas, eps, -weight_decay)


@ADAM.visible("adam_step: five steps")
def _(learner: LearnerCode, draw: Draw) -> None:
    steps = draw_steps(draw, (2, 3), *[{}] * 2, *[{"lr": 0.05}] * 3)
    agree_steps(learner, ADAM, "adam_step", draw.normal(2, 3, dtype=torch.float32), steps)


@ADAM.visible("adam_step: other β and ε")
def _(learner: LearnerCode, draw: Draw) -> None:
    steps = draw_steps(
        draw, (4,), *[{"lr": 0.1, "betas": (0.8, 0.9), "eps": 0.1}] * 4, dtype=torch.float64
    )
    agree_steps(learner, ADAM, "adam_step", draw.normal(4), steps)


@ADAM.visible("adamw_step: the weights decay beside the step")
def _(learner: LearnerCode, draw: Draw) -> None:
    settings = {"lr": 0.1, "weight_decay": 0.3}
    steps = draw_steps(draw, (3,), {}, settings, settings)
    agree_steps(learner, ADAM, "adamw_step", draw.normal(3, dtype=torch.float32), steps)
