"""How the weights of a deep network begin."""

from __future__ import annotations

from torch import nn


def initialise_convolutions(model: nn.Module) -> None:
    """Draw every convolution's weights as He et al. (2015) do: variance 2 / (outputs per input).

    A ReLU silences about half of its inputs; the 2 makes up for it, so that signals neither fade
    nor explode on their way through many layers. Biases start at zero; dense layers keep torch's
    own initialisation.
    """
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
