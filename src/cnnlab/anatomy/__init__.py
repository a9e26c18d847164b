"""What a network does to shapes, what it costs, and how far each layer sees."""

from __future__ import annotations

from cnnlab.anatomy.arithmetic import (
    conv_output_size,
    conv_params,
    linear_params,
    receptive_field,
)
from cnnlab.anatomy.empirical import empirical_receptive_field, reached_pixels
from cnnlab.anatomy.table import Layer, Trace
from cnnlab.anatomy.tracing import AnatomyError, trace

__all__ = [
    "AnatomyError",
    "Layer",
    "Trace",
    "conv_output_size",
    "conv_params",
    "empirical_receptive_field",
    "linear_params",
    "reached_pixels",
    "receptive_field",
    "trace",
]
