"""The mistakes that learners make in the step of AdamW."""

from __future__ import annotations

from collections.abc import Callable

import torch

from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u06_training.adam_mistakes import (
    OF_ADAM,
    Betas,
    State,
    Stepped,
    adam_with,
)


def adamw_upon(wrong_adam: Callable[..., Stepped]) -> Callable[..., Stepped]:
    """A right `adamw_step` that calls an `adam_step` which isn't."""

    def step(
        param: torch.Tensor,
        grad: torch.Tensor,
        state: State,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> Stepped:
        return wrong_adam(param * (1 - lr * weight_decay), grad, state, lr, betas, eps)

    return step


def add_adamw_mistakes(exercise: Exercise) -> None:
    """Registers the wrong versions of `adamw_step`."""
    adam, adamw = exercise.references["adam_step"], exercise.references["adamw_step"]
    for mistake_id, message, turns in OF_ADAM:
        exercise.mistake(mistake_id, message, of="adamw_step")(adamw_upon(adam_with(**turns)))

    @exercise.mistake(
        "decay_in_the_gradient",
        "You add the decay to the gradient. Adam then divides it by the root as well, so that "
        "weights with large gradients hardly decay. In AdamW the decay is no part of "
        "the gradient.",
        of="adamw_step",
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        state: State,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> Stepped:
        return adam(param, grad + weight_decay * param, state, lr, betas, eps)

    @exercise.mistake(
        "decay_without_the_rate",
        "Your weights shrink by the factor 1 − λ in every step, whatever the learning rate. In "
        "torch it is 1 − ηλ.",
        of="adamw_step",
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        state: State,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> Stepped:
        return adam(param * (1 - weight_decay), grad, state, lr, betas, eps)

    @exercise.mistake(
        "decay_after_the_step",
        "You shrink the weights after the step, and with them the step. Shrink them first, or "
        "take both from the weights that you were given.",
        of="adamw_step",
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        state: State,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> Stepped:
        param, state = adam(param, grad, state, lr, betas, eps)
        return param * (1 - lr * weight_decay), state

    @exercise.mistake(
        "decay_ignored", "The argument `weight_decay` has no effect.", of="adamw_step"
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        state: State,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> Stepped:
        return adam(param, grad, state, lr, betas, eps)

    @exercise.mistake(
        "decay_fixed",
        "The argument `weight_decay` has no effect: 0.01 is only its default.",
        of="adamw_step",
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        state: State,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> Stepped:
        return adamw(param, grad, state, lr, betas, eps)

    @exercise.mistake(
        "decay_lets_weights_grow",
        "Your weight decay has the wrong sign: it pushes the weights away from zero.",
        of="adamw_step",
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        state: State,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> Stepped:
        return adamw(param, grad, state, lr, betas, eps, -weight_decay)
