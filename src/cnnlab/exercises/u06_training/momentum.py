"""The step of SGD with momentum, as torch.optim.SGD takes it."""

from __future__ import annotations

import torch

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u06_training.chains import OPTIMIZERS, agree_steps, draw_steps
from cnnlab.learner import LearnerCode
from cnnlab.reference import training as ours

SGD_MOMENTUM = Exercise(
    "sgd_momentum", {"sgd_momentum_step": ours.sgd_momentum_step}, refuses=OPTIMIZERS
)


@SGD_MOMENTUM.mistake(
    "rate_in_the_velocity",
    "Your velocity holds steps that are already multiplied by the learning rate of their time "
    "(v ← μv + ηg). While the rate is constant that is the same; as soon as it changes, old steps "
    "keep the old rate. torch multiplies last: v ← μv + g, θ ← θ − ηv.",
)
def _(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    velocity = (0 if velocity is None else momentum * velocity) + lr * (grad + weight_decay * param)
    return param - velocity, velocity


_DAMPENED = (
    "dampened",
    "Your velocity is an average: μv + (1 − μ)g. torch adds the whole gradient, so its steps are "
    "up to 1/(1 − μ) times as long.",
)


@SGD_MOMENTUM.mistake(*_DAMPENED)
def _(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    grad = grad + weight_decay * param
    velocity = (1 - momentum) * grad + (0 if velocity is None else momentum * velocity)
    return param - lr * velocity, velocity


@SGD_MOMENTUM.mistake(*_DAMPENED)
def _(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    grad = grad + weight_decay * param
    velocity = grad if velocity is None else momentum * velocity + (1 - momentum) * grad
    return param - lr * velocity, velocity


@SGD_MOMENTUM.mistake(
    "nesterov",
    "This is Nesterov's form, which looks one step ahead. Asked for is plain momentum.",
)
def _(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    grad = grad + weight_decay * param
    velocity = grad if velocity is None else momentum * velocity + grad
    return param - lr * (grad + momentum * velocity), velocity


@SGD_MOMENTUM.mistake(
    "velocity_forgotten",
    "Every step follows its own gradient alone: the velocity is not used, or not handed on.",
)
def _(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    return param - lr * (grad + weight_decay * param), velocity


@SGD_MOMENTUM.mistake(
    "velocity_of_the_step_before",
    "Your step uses the velocity from before this gradient. Update it first, then step along it.",
)
def _(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    old = torch.zeros_like(param) if velocity is None else velocity
    return param - lr * old, momentum * old + grad + weight_decay * param


@SGD_MOMENTUM.mistake(
    "momentum_on_the_gradient",
    "You multiply the new gradient by the momentum and keep the velocity whole. It is the old "
    "velocity that fades.",
)
def _(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    grad = grad + weight_decay * param
    velocity = grad if velocity is None else velocity + momentum * grad
    return param - lr * velocity, velocity


@SGD_MOMENTUM.mistake(
    "momentum_fixed",
    "The argument `momentum` has no effect: 0.9 is only its default.",
)
def _(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    return ours.sgd_momentum_step(param, grad, velocity, lr, 0.9, weight_decay)


@SGD_MOMENTUM.mistake(
    "decay_ignored",
    "The argument `weight_decay` has no effect.",
)
def _(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    return ours.sgd_momentum_step(param, grad, velocity, lr, momentum)


@SGD_MOMENTUM.mistake(
    "decoupled_decay",
    "You shrink the weights beside the velocity, as AdamW does. In torch's SGD weight decay is a "
    "part of the gradient: it enters the velocity too.",
)
def _(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    return ours.sgd_momentum_step(param * (1 - lr * weight_decay), grad, velocity, lr, momentum)


@SGD_MOMENTUM.mistake(
    "decay_lets_weights_grow",
    "Your weight decay has the wrong sign: it pushes the weights away from zero.",
)
def _(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    return ours.sgd_momentum_step(param, grad, velocity, lr, momentum, -weight_decay)


@SGD_MOMENTUM.mistake(
    "uphill",
    "You go along the gradient, uphill: the loss grows. Go against it.",
)
def _(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    return ours.sgd_momentum_step(param, grad, velocity, -lr, momentum, weight_decay)


@SGD_MOMENTUM.mistake(
    "pair_exchanged",
    "You return (velocity, parameter). Asked for is (parameter, velocity), in this order.",
)
def _(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    return ours.sgd_momentum_step(param, grad, velocity, lr, momentum, weight_decay)[::-1]


@SGD_MOMENTUM.visible("five steps at a constant rate")
def _(learner: LearnerCode, draw: Draw) -> None:
    steps = draw_steps(draw, (2, 3), *[{"lr": 0.1}] * 5)
    agree_steps(
        learner, SGD_MOMENTUM, "sgd_momentum_step", draw.normal(2, 3, dtype=torch.float32), steps
    )


@SGD_MOMENTUM.visible("a rate that changes, and weight decay")
def _(learner: LearnerCode, draw: Draw) -> None:
    rates = [{"lr": lr, "momentum": 0.8, "weight_decay": 0.5} for lr in (0.2, 0.1, 0.01)]
    steps = draw_steps(draw, (4,), *rates)
    agree_steps(
        learner, SGD_MOMENTUM, "sgd_momentum_step", draw.normal(4, dtype=torch.float32), steps
    )
