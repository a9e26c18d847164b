"""The mistakes that learners make in the step of SGD with momentum."""

from __future__ import annotations

import torch

from cnnlab.check.exercise import Exercise

Velocity = torch.Tensor | None
Stepped = tuple[torch.Tensor, Velocity]

DAMPENED = (
    "dampened",
    "Your velocity is an average: μv + (1 − μ)g. torch adds the whole gradient, so its steps are "
    "up to 1/(1 − μ) times as long.",
)


def add_mistakes(exercise: Exercise) -> None:
    """Registers the wrong versions of `sgd_momentum_step`."""
    _of_the_velocity(exercise)
    _of_the_settings(exercise)
    _of_the_step(exercise)


def _of_the_velocity(exercise: Exercise) -> None:
    @exercise.mistake(
        "rate_in_the_velocity",
        "Your velocity holds steps that are already multiplied by the learning rate of their time "
        "(v ← μv + ηg). While the rate is constant that is the same; as soon as it changes, old "
        "steps keep the old rate. torch multiplies last: v ← μv + g, θ ← θ − ηv.",
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        velocity: Velocity,
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> Stepped:
        old = 0 if velocity is None else momentum * velocity
        new = old + lr * (grad + weight_decay * param)
        return param - new, new

    @exercise.mistake(*DAMPENED)
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        velocity: Velocity,
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> Stepped:
        old = 0 if velocity is None else momentum * velocity
        new = old + (1 - momentum) * (grad + weight_decay * param)
        return param - lr * new, new

    @exercise.mistake(*DAMPENED)
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        velocity: Velocity,
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> Stepped:
        grad = grad + weight_decay * param
        new = grad if velocity is None else momentum * velocity + (1 - momentum) * grad
        return param - lr * new, new

    @exercise.mistake(
        "nesterov",
        "This is Nesterov's form, which looks one step ahead. Use plain momentum here.",
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        velocity: Velocity,
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> Stepped:
        grad = grad + weight_decay * param
        new = grad if velocity is None else momentum * velocity + grad
        return param - lr * (grad + momentum * new), new

    @exercise.mistake(
        "velocity_forgotten",
        "Every step follows its own gradient alone: the velocity is not used, or not handed on.",
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        velocity: Velocity,
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> Stepped:
        return param - lr * (grad + weight_decay * param), velocity

    @exercise.mistake(
        "velocity_of_the_step_before",
        "Your step uses the velocity from before this gradient. Update it first, then step along "
        "it.",
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        velocity: Velocity,
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> Stepped:
        old = torch.zeros_like(param) if velocity is None else velocity
        return param - lr * old, momentum * old + grad + weight_decay * param

    @exercise.mistake(
        "momentum_on_the_gradient",
        "You multiply the new gradient by the momentum and keep the velocity whole. It is the old "
        "velocity that fades.",
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        velocity: Velocity,
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> Stepped:
        grad = grad + weight_decay * param
        new = grad if velocity is None else velocity + momentum * grad
        return param - lr * new, new


def _of_the_settings(exercise: Exercise) -> None:
    right = exercise.references["sgd_momentum_step"]

    @exercise.mistake(
        "momentum_fixed",
        "The argument `momentum` has no effect: 0.9 is only its default.",
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        velocity: Velocity,
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> Stepped:
        return right(param, grad, velocity, lr, 0.9, weight_decay)

    @exercise.mistake("decay_ignored", "The argument `weight_decay` has no effect.")
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        velocity: Velocity,
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> Stepped:
        return right(param, grad, velocity, lr, momentum)

    @exercise.mistake(
        "decoupled_decay",
        "You shrink the weights separately from the velocity, as AdamW does. In torch's SGD weight "
        "decay is a part of the gradient: it enters the velocity too.",
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        velocity: Velocity,
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> Stepped:
        return right(param * (1 - lr * weight_decay), grad, velocity, lr, momentum)

    @exercise.mistake(
        "decay_without_the_rate",
        "You shrink the weights by the factor 1 − λ in every step, whatever the rate. In torch's "
        "SGD weight decay is a part of the gradient: g = grad + λ · θ.",
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        velocity: Velocity,
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> Stepped:
        return right(param * (1 - weight_decay), grad, velocity, lr, momentum)

    @exercise.mistake(
        "decay_lets_weights_grow",
        "Your weight decay has the wrong sign: it pushes the weights away from zero.",
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        velocity: Velocity,
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> Stepped:
        return right(param, grad, velocity, lr, momentum, -weight_decay)


def _of_the_step(exercise: Exercise) -> None:
    right = exercise.references["sgd_momentum_step"]

    @exercise.mistake(
        "uphill",
        "You go along the gradient, uphill: the loss grows. Go against it.",
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        velocity: Velocity,
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> Stepped:
        return right(param, grad, velocity, -lr, momentum, weight_decay)

    @exercise.mistake(
        "pair_exchanged",
        "You return (velocity, parameter). Return (parameter, velocity), in this order.",
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        velocity: Velocity,
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> Stepped:
        new_param, new_velocity = right(param, grad, velocity, lr, momentum, weight_decay)
        return new_velocity, new_param
