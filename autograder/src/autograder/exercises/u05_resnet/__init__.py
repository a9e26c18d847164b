"""Hidden checks of unit 05."""

from autograder.exercises.u05_resnet.blocks import (
    GLOBAL_AVERAGE_POOL,
    PLAIN_BLOCK,
    RESIDUAL_BLOCK,
)
from autograder.exercises.u05_resnet.gradients import GRADIENT_NORMS
from autograder.exercises.u05_resnet.networks import SMALL_RESNET
from autograder.exercises.u05_resnet.zero_start import ZERO_INIT_RESIDUAL

__all__ = [
    "GLOBAL_AVERAGE_POOL",
    "GRADIENT_NORMS",
    "PLAIN_BLOCK",
    "RESIDUAL_BLOCK",
    "SMALL_RESNET",
    "ZERO_INIT_RESIDUAL",
]
