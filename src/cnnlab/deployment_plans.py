"""A plan for a small device, carried out: train a network, round its weights, measure what is left.

    plan = {"depth": 1, "width": 8, "growth": 2.0,
            "resolution": 28, "weight_bits": 8, "scales": "channel"}
    net = train(plan, data, seed=0)
    rounded(net, plan, images)        # the network as the device would compute it
    carry_out(plan, seed, data)       # all of it, and the accuracy on the test part
    size_in_bytes(plan), multiply_adds(plan)

Training is the same for every plan. The rounded network is computed in float32 with numbers that
bytes can hold: that's faster here, and the same but for numbers that lie between two bytes.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnnlab.data import Dataset, Split
from cnnlab.integer_network import Folded, folded
from cnnlab.models import ScaledCNN
from cnnlab.models.scaled_cnn import STAGES
from cnnlab.quantization import dequantize, quantization_parameters, quantize
from cnnlab.training import fit

Plan = Mapping[str, Any]
CLASSES = 10
EPOCHS, LR, WEIGHT_DECAY = 5, 4e-3, 0.05
CALIBRATION = 200


def network(plan: Plan) -> ScaledCNN:
    return ScaledCNN(plan["depth"], plan["width"], plan["growth"], CLASSES)


def at_resolution(data: Dataset, side: int) -> Dataset:
    """The same pictures, scaled to side × side pixels."""

    def scaled(split: Split | None) -> Split | None:
        if split is None or split.images.shape[-1] == side:
            return split
        images = F.interpolate(split.images.float(), (side, side), mode="bilinear", antialias=True)
        return replace(split, images=images.round().clamp(0, 255).to(torch.uint8))

    train, test = scaled(data.train), scaled(data.test)
    assert train is not None and test is not None
    return replace(data, train=train, test=test, validation=scaled(data.validation))


def train(
    plan: Plan, data: Dataset, seed: int = 0, epochs: int = EPOCHS, lr: float = LR
) -> ScaledCNN:
    """The plan's network, trained with AdamW, warm-up and cosine; `data` has its resolution."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        net = network(plan)
    fit(
        net,
        (data.batches("train", 64, seed=seed), None),
        epochs=epochs,
        lr=lr,
        optimizer="adamw",
        weight_decay=WEIGHT_DECAY,
        seed=seed,
        progress=False,
    )
    return net.eval()


def round_weights(weight: Tensor, bits: int, per_channel: bool = True) -> Tensor:
    """Weights (C_out, …) as `bits`-bit whole numbers could hold them, as float32."""
    flat = weight.flatten(1).abs()
    largest = flat.amax(dim=1) if per_channel else flat.amax().expand(len(weight))
    scale = (largest / (2 ** (bits - 1) - 1)).clamp(min=1e-12)
    scale = scale.view(-1, *[1] * (weight.dim() - 1))
    return torch.round(weight / scale) * scale


class Rounded(nn.Module):
    """A network with rounded weights, and 8-bit inputs in ranges fixed by `images`."""

    def __init__(self, net: nn.Module, bits: int, per_channel: bool, images: Tensor) -> None:
        super().__init__()
        self.layers: list[Folded] = []
        self.inputs: list[tuple[float, int]] = []
        x = images
        for layer in folded(copy.deepcopy(net).cpu()):
            x = layer.inputs(x)
            self.inputs.append(quantization_parameters(x.min().item(), x.max().item()))
            x = layer(x)
            weight = round_weights(layer.weight, bits, per_channel)
            self.layers.append(replace(layer, weight=weight))

    def forward(self, x: Tensor) -> Tensor:
        """Images to logits."""
        for layer, (scale, zero) in zip(self.layers, self.inputs, strict=True):
            bytes_ = quantize(layer.inputs(x), scale, zero)
            x = layer(dequantize(bytes_, scale, zero))
        return x.flatten(1)


def rounded(net: nn.Module, plan: Plan, images: Tensor) -> Rounded:
    return Rounded(net, plan["weight_bits"], plan["scales"] == "channel", images)


def carry_out(plan: Plan, seed: int, data: Dataset) -> float:
    """The accuracy on the test part of `data` after training on the rest, and rounding."""
    scaled = at_resolution(data, plan["resolution"])
    net = train(plan, scaled, seed)
    known = next(iter(scaled.batches("train", CALIBRATION, seed=seed)))[0]
    small = rounded(net, plan, known)
    right = 0
    with torch.no_grad():
        for images, labels in scaled.batches("test", 500):
            right += int((small(images).argmax(dim=1) == labels).sum())
    return right / len(scaled.test)


def _convolutions(plan: Plan, in_channels: int = 1) -> list[tuple[int, int, int]]:
    """Inputs, outputs and positions of each convolution, and of the dense layer."""
    found, channels, side = [], in_channels, plan["resolution"]
    for stage in range(STAGES):
        wide = max(1, round(plan["width"] * plan["growth"] ** stage))
        side = math.ceil(side / 2)
        for _ in range(plan["depth"]):
            found.append((9 * channels, wide, side * side))
            channels = wide
    return [*found, (channels, CLASSES, 1)]


def multiply_adds(plan: Plan) -> int:
    """Of all convolutions and the dense layer, for one image."""
    return sum(inputs * outputs * places for inputs, outputs, places in _convolutions(plan))


def size_in_bytes(plan: Plan) -> int:
    """Weights at their bits; four bytes for each bias, and for each scale."""
    total = 0
    for inputs, outputs, _ in _convolutions(plan):
        scales = outputs if plan["scales"] == "channel" else 1
        total += math.ceil(inputs * outputs * plan["weight_bits"] / 8) + 4 * (outputs + scales)
    return total
