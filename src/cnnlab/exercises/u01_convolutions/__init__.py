"""Unit 01: what a convolution computes."""

from cnnlab.exercises.u01_convolutions.convolution import CONV2D
from cnnlab.exercises.u01_convolutions.edges import EDGE_KERNELS
from cnnlab.exercises.u01_convolutions.fields import RECEPTIVE_FIELD
from cnnlab.exercises.u01_convolutions.network import SIMPLE_CNN
from cnnlab.exercises.u01_convolutions.sizes import CONV_OUTPUT_SIZE, PARAM_COUNTS

__all__ = [
    "CONV2D",
    "CONV_OUTPUT_SIZE",
    "EDGE_KERNELS",
    "PARAM_COUNTS",
    "RECEPTIVE_FIELD",
    "SIMPLE_CNN",
]
