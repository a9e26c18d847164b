"""What a network does to shapes, what it costs, and how far each layer sees."""

from __future__ import annotations

from cnnlab.anatomy.arithmetic import (
    conv_output_size,
    conv_params,
    linear_params,
    receptive_field,
)

__all__ = ["conv_output_size", "conv_params", "linear_params", "receptive_field"]
