"""The mistakes that learners make in the step of Adam."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from cnnlab.check.exercise import Exercise

Betas = tuple[float, float]
State = Any  # whatever a mistake hands from step to step
Stepped = tuple[torch.Tensor, State]


def adam_with(
    count_from: int = 1,
    counts: bool = True,
    correct: tuple[bool, bool] = (True, True),
    factor: Callable[[float, int], float] = lambda beta, count: 1 - beta**count,
    keep_corrected: bool = False,
    eps_at: str = "after the root",
    root: bool = True,
    squares: bool = True,
    uphill: bool = False,
) -> Callable[..., Stepped]:
    """Adam with these mistakes. `correct` says which averages are divided by their `factor`."""

    def step(
        param: torch.Tensor,
        grad: torch.Tensor,
        state: State,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> Stepped:
        zeros = torch.zeros_like(param)
        mean, square, count = (zeros, zeros, count_from - 1) if state is None else state
        count = count + 1 if counts else 1
        mean = betas[0] * mean + (1 - betas[0]) * grad
        square = betas[1] * square + (1 - betas[1]) * (grad**2 if squares else grad.abs())
        whole_mean, whole_square, bias = mean, square, 1.0
        if correct[0]:
            whole_mean = mean / factor(betas[0], count)
        if correct[1]:
            bias = factor(betas[1], count)
            whole_square = square / bias
        if keep_corrected:
            mean, square = whole_mean, whole_square
        if not root:
            scale = whole_square + eps
        elif eps_at == "in the root":
            scale = (whole_square + eps).sqrt()
        elif eps_at == "before the correction":
            scale = (square.sqrt() + eps) / bias**0.5
        else:
            scale = whole_square.sqrt() + eps
        sign = 1 if uphill else -1
        return param + sign * lr * whole_mean / scale, (mean, square, count)

    return step


OF_ADAM: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "no_bias_correction",
        "Your first steps are off: both averages start at 0 and are too small at first, by the "
        "factors 1 − β₁ᵗ and 1 − β₂ᵗ. Divide by these.",
        {"correct": (False, False)},
    ),
    (
        "squares_not_corrected",
        "You correct the average of the gradients, but not that of their squares. It starts at 0, "
        "too: divide it by 1 − β₂ᵗ.",
        {"correct": (True, False)},
    ),
    (
        "mean_not_corrected",
        "You correct the average of the squares, but not that of the gradients themselves. It "
        "starts at 0, too: divide it by 1 − β₁ᵗ.",
        {"correct": (False, True)},
    ),
    (
        "power_taken_for_a_product",
        "You correct by 1 − β·t. In the docstring t is an exponent: 1 − βᵗ, in Python beta**t.",
        {"factor": lambda beta, count: 1 - beta * count},
    ),
    (
        "count_from_zero",
        "Your count is 0 in the first step, so you divide by 1 − β⁰ = 0. The first step is number "
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
)


def add_adam_mistakes(exercise: Exercise) -> None:
    """Registers the wrong versions of `adam_step`."""
    right = exercise.references["adam_step"]
    for mistake_id, message, turns in OF_ADAM:
        exercise.mistake(mistake_id, message)(adam_with(**turns))

    @exercise.mistake(
        "betas_exchanged", "You have β₁ and β₂ the wrong way round: β₁ is for the gradients."
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        state: State,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> Stepped:
        return right(param, grad, state, lr, betas[::-1], eps)

    @exercise.mistake(
        "betas_fixed", "The argument `betas` has no effect: (0.9, 0.999) is its default."
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        state: State,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> Stepped:
        return right(param, grad, state, lr, eps=eps)

    @exercise.mistake("eps_fixed", "The argument `eps` has no effect: 1e-8 is only its default.")
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        state: State,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> Stepped:
        return right(param, grad, state, lr, betas)

    @exercise.mistake(
        "eps_forgotten",
        "You divide by the root alone: where gradients are tiny, the step is far too long. Add ε "
        "to the root.",
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        state: State,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> Stepped:
        return right(param, grad, state, lr, betas, 0.0)

    @exercise.mistake(
        "state_not_handed_on",
        "Every step is like the first: the averages and the count do not reach the next one.",
    )
    def _(
        param: torch.Tensor,
        grad: torch.Tensor,
        state: State,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> Stepped:
        return right(param, grad, None, lr, betas, eps)
