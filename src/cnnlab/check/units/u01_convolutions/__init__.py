"""Unit 01: what a convolution computes."""

from cnnlab.check.units.u01_convolutions.edges import EDGE_KERNELS
from cnnlab.check.units.u01_convolutions.network import SIMPLE_CNN
from cnnlab.check.units.u01_convolutions.sizes import (
    CONV_OUTPUT_SIZE,
    PARAM_COUNTS,
    RECEPTIVE_FIELD,
)
from cnnlab.check.units.u01_convolutions.sliding import CONV2D, POOL2D

__all__ = [
    "CONV2D",
    "CONV_OUTPUT_SIZE",
    "EDGE_KERNELS",
    "PARAM_COUNTS",
    "POOL2D",
    "RECEPTIVE_FIELD",
    "SIMPLE_CNN",
]
