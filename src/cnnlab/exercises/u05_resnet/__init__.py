"""Unit 05: blocks with a shortcut, networks of them, their gradients and their start."""

from cnnlab.exercises.u05_resnet.blocks import PLAIN_BLOCK, RESIDUAL_BLOCK
from cnnlab.exercises.u05_resnet.gradients import GRADIENT_NORMS
from cnnlab.exercises.u05_resnet.networks import SMALL_RESNET
from cnnlab.exercises.u05_resnet.pooling import GLOBAL_AVERAGE_POOL
from cnnlab.exercises.u05_resnet.zero_start import ZERO_INIT_RESIDUAL

__all__ = [
    "GLOBAL_AVERAGE_POOL",
    "GRADIENT_NORMS",
    "PLAIN_BLOCK",
    "RESIDUAL_BLOCK",
    "SMALL_RESNET",
    "ZERO_INIT_RESIDUAL",
]
