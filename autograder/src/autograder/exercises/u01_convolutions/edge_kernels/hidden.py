"""Hidden checks of `edge_kernels`."""

from __future__ import annotations

import torch

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u01_convolutions.edge_kernels import (
    exercise,
    expect_blur,
    expect_edge_kernel,
    step,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


def _edges(draw: Draw) -> dict[str, torch.Tensor]:
    """A vertical and a horizontal edge somewhere in an image, between two drawn brightnesses."""
    height, width = draw.sample(range(7, 12), 2)
    low, high = draw.sample([-2.0, -0.5, 0.25, 1.0, 3.0], 2)
    return {
        name: step(height, width, draw.integer(3, 4), name == "horizontal", low, high)
        for name in ("vertical", "horizontal")
    }


@hidden.check("the vertical kernel", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    pictures = _edges(draw)
    expect_edge_kernel(learner, "vertical", pictures["vertical"], pictures["horizontal"])


@hidden.check("the horizontal kernel", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    pictures = _edges(draw)
    expect_edge_kernel(learner, "horizontal", pictures["horizontal"], pictures["vertical"])


@hidden.check("the blur kernel", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    spot = torch.zeros(1, 7, 7, dtype=torch.float64)
    spot[0, draw.integer(2, 4), draw.integer(2, 4)] = draw.integer(1, 9)
    expect_blur(learner, spot)
