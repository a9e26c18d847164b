"""Hidden checks of `quantize` and `dequantize`."""

from __future__ import annotations

import torch

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u10_budgets._dtypes import agree_with_dtypes
from cnnlab.exercises.u10_budgets.quantize import between_steps, exercise, halves
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


def draw_scale(draw: Draw) -> float:
    return float(draw.uniform(1, low=0.01, high=0.2))


@hidden.check("real numbers to bytes", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    zero, scale = draw.integer(20, 100), draw_scale(draw)
    x = between_steps(draw, 2, 3, 4, scale=scale, low=-zero + 1, high=150)
    agree_with_dtypes(learner, exercise, x, scale, zero)


@hidden.check("halves, and what's out of range", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    zero, scale = 2 * draw.integer(5, 50) + 1, draw_scale(draw)
    agree_with_dtypes(learner, exercise, halves(zero), 0.5, zero)
    x = torch.cat(
        [
            between_steps(draw, 5, scale=scale, low=-zero - 90, high=-zero - 5),
            between_steps(draw, 5, scale=scale, low=270, high=400),
        ]
    )
    agree_with_dtypes(learner, exercise, x, scale, zero)


@hidden.check("other numbers of bits", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    for bits in draw.sample(range(2, 8), 2):
        zero, scale = draw.integer(1, 2**bits - 2), draw_scale(draw)
        x = between_steps(draw, 12, scale=scale, low=-zero - 8, high=2**bits + 8)
        agree_with_dtypes(learner, exercise, x, scale, zero, bits=bits)


@hidden.check("and back", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    q = draw.uniform(3, 4, high=256).floor().clamp(0, 255).to(torch.uint8)
    q[0, :2] = torch.tensor([0, 255])
    agree_with_dtypes(learner, exercise, q, draw_scale(draw), draw.integer(5, 250), of="dequantize")
