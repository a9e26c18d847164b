"""Hidden checks of unit 01: kernels that see edges."""

from __future__ import annotations

import torch

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises import u01_convolutions as visible
from cnnlab.exercises.u01_convolutions import edges
from cnnlab.learner import LearnerCode

EDGE_KERNELS = HiddenChecks(visible.EDGE_KERNELS)


def _edges(draw: Draw) -> dict[str, torch.Tensor]:
    """A vertical and a horizontal edge somewhere in an image, between two drawn brightnesses."""
    height, width = draw.sample(range(7, 12), 2)
    low, high = draw.sample([-2.0, -0.5, 0.25, 1.0, 3.0], 2)
    return {
        name: edges.step(height, width, draw.integer(3, 4), name == "horizontal", low, high)
        for name in ("vertical", "horizontal")
    }


@EDGE_KERNELS.check("the vertical kernel", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    pictures = _edges(draw)
    edges.expect_edge_kernel(learner, "vertical", pictures["vertical"], pictures["horizontal"])


@EDGE_KERNELS.check("the horizontal kernel", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    pictures = _edges(draw)
    edges.expect_edge_kernel(learner, "horizontal", pictures["horizontal"], pictures["vertical"])


@EDGE_KERNELS.check("the blur kernel", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    spot = torch.zeros(1, 7, 7, dtype=torch.float64)
    spot[0, draw.integer(2, 4), draw.integer(2, 4)] = draw.integer(1, 9)
    edges.expect_blur(learner, spot)
