"""The deep network of unit 04 follows its recipe."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import nn

from cnnlab.data import Dataset, Split
from cnnlab.deep_training import NORMS, deep_plain_net, train_deep

RECIPE: dict[str, Any] = {
    "norm": "before ReLU",
    "weight_scale": 1.0,
    "lr": 0.03,
    "warmup": 0.1,
    "momentum": 0.9,
    "batch_size": 8,
}


def bright_or_dark() -> Dataset:
    """Two classes that differ in brightness alone."""
    labels = torch.arange(32) % 2
    noise = torch.randint(0, 60, (32, 1, 28, 28), generator=torch.Generator().manual_seed(0))
    images = (noise + 150 * labels.view(-1, 1, 1, 1)).to(torch.uint8)
    return Dataset("bright", "1", tuple("ab"), Split(images, labels), Split(images, labels))


@pytest.mark.parametrize("norm", NORMS)
def test_norms_stand_where_the_recipe_says(norm: str) -> None:
    kinds = [type(layer) for layer in deep_plain_net(norm, 1.0)][:3]
    expected = {
        "none": [nn.Conv2d, nn.ReLU, nn.MaxPool2d],
        "before ReLU": [nn.Conv2d, nn.BatchNorm2d, nn.ReLU],
        "after ReLU": [nn.Conv2d, nn.ReLU, nn.BatchNorm2d],
    }
    assert kinds == expected[norm]


def test_weights_start_as_large_as_the_recipe_says() -> None:
    torch.manual_seed(0)
    conv = [layer for layer in deep_plain_net("none", 0.5) if isinstance(layer, nn.Conv2d)][-1]
    kaiming = math.sqrt(2 / (9 * conv.in_channels))
    assert conv.weight.std().item() == pytest.approx(0.5 * kaiming, rel=0.05)


def test_the_same_seed_trains_the_same_network() -> None:
    x = torch.zeros(1, 1, 28, 28)
    outputs = [train_deep(RECIPE, bright_or_dark(), seed)(x) for seed in (0, 0, 1)]
    assert torch.equal(outputs[0], outputs[1])
    assert not torch.equal(outputs[0], outputs[2])


def test_a_rate_far_too_high_ends_without_an_error() -> None:
    wild = {**RECIPE, "norm": "none", "weight_scale": 10.0, "lr": 3.0}
    net = train_deep(wild, bright_or_dark(), seed=0)
    assert not net(torch.ones(1, 1, 28, 28)).isfinite().all()
