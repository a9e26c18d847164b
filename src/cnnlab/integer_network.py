"""A trained network whose every product is one of whole numbers, computed by functions of yours.

    tools = {"quantize": quantize, "int8_conv2d": int8_conv2d, ...}
    small = IntegerNetwork(net, calibration_images, tools)
    logits = small(images)

Batch norms are folded into the convolutions before them. Between layers, numbers become float32,
pass the ReLU, and become bytes again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnnlab.errors import CnnlabError

Tools = Mapping[str, Callable[..., Any]]
TOOLS = ("quantization_parameters", "quantize", "quantize_weights", "int8_conv2d")


@dataclass(frozen=True)
class Folded:
    """A convolution with the batch norm behind it, as one convolution with a bias."""

    weight: Tensor  # (C_out, C_in, k, k)
    bias: Tensor
    stride: int
    padding: int
    relu: bool
    pooled: bool = False  # averages its input over all positions first

    def inputs(self, x: Tensor) -> Tensor:
        """What the convolution is given."""
        return x.mean(dim=(2, 3), keepdim=True) if self.pooled else x

    def finish(self, y: Tensor) -> Tensor:
        return y.relu() if self.relu else y

    def __call__(self, x: Tensor) -> Tensor:
        """In float32."""
        return self.finish(F.conv2d(x, self.weight, self.bias, self.stride, self.padding))


def fold_batch_norm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """Weight and bias of the one convolution that does what both do in evaluation mode."""
    assert norm.running_mean is not None and norm.running_var is not None
    gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    bias = torch.zeros_like(gain) if conv.bias is None else conv.bias
    shift = (bias - norm.running_mean) * gain + norm.bias
    return (conv.weight * gain.view(-1, 1, 1, 1)).detach(), shift.detach()


def folded(model: nn.Module) -> list[Folded]:
    """The layers of a network with `features` (Conv2d, BatchNorm2d, ReLU) and a dense `fc`."""
    layers: list[Folded] = []
    features, fc = getattr(model, "features", None), getattr(model, "fc", None)
    if not isinstance(features, nn.Sequential) or not isinstance(fc, nn.Linear):
        raise CnnlabError(
            "An integer network is made of a network with `features`, a Sequential of Conv2d, "
            "BatchNorm2d and ReLU, and a dense layer `fc`, such as models.ScaledCNN()."
        )
    rows = list(features)
    for conv, norm, relu in zip(rows[::3], rows[1::3], rows[2::3], strict=True):
        if not isinstance(conv, nn.Conv2d) or not isinstance(norm, nn.BatchNorm2d):
            raise CnnlabError("Layers have to come as Conv2d, BatchNorm2d, ReLU.")
        weight, bias = fold_batch_norm(conv, norm)
        (stride, _), padding = conv.stride, int(conv.padding[0])
        layers.append(Folded(weight, bias, stride, padding, isinstance(relu, nn.ReLU)))
    head = fc.weight.detach()[:, :, None, None]  # a dense layer is a 1×1 convolution
    return [*layers, Folded(head, fc.bias.detach(), 1, 0, relu=False, pooled=True)]


class IntegerNetwork:
    """A quantised copy of `model`: call it with images (N, C, H, W).

    `images`, prepared as for the network, fix the range of each layer's input. `tools` holds your
    functions by name: `TOOLS` lists them.
    """

    def __init__(self, model: nn.Module, images: Tensor, tools: Tools) -> None:
        self._tools = tools
        self.layers = folded(model)
        self.ranges: list[tuple[float, float]] = []
        x = images
        for layer in self.layers:
            x = layer.inputs(x)
            self.ranges.append((x.min().item(), x.max().item()))
            x = layer(x)
        self.inputs = [tools["quantization_parameters"](*each) for each in self.ranges]
        self.weights = [tools["quantize_weights"](layer.weight) for layer in self.layers]

    @property
    def bytes(self) -> int:
        """A byte for each weight, four for each scale and bias."""
        return sum(
            wq.numel() + 4 * (len(scales) + len(layer.bias))
            for layer, (wq, scales) in zip(self.layers, self.weights, strict=True)
        )

    def __call__(self, images: Tensor) -> Tensor:
        """Images to logits."""
        quantize, convolve = self._tools["quantize"], self._tools["int8_conv2d"]
        x = images
        for layer, (scale, zero), (wq, scales) in zip(
            self.layers, self.inputs, self.weights, strict=True
        ):
            xq = quantize(layer.inputs(x), scale, zero)
            y = convolve(xq, scale, zero, wq, scales, layer.bias, layer.stride, layer.padding)
            x = layer.finish(y)
        return x.flatten(1)
