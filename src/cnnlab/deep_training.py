"""A deep plain network and a training loop that follow a recipe: plain data, to be compared.

net = train_deep({"norm": "before ReLU", "weight_scale": 1.0, "lr": 0.1, "warmup": 0.1,
                  "momentum": 0.9, "batch_size": 32}, data, seed=0)
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from cnnlab.data import Dataset
from cnnlab.training import warmup_cosine

NORMS = ("none", "before ReLU", "after ReLU")
BLOCKS = ((1, 16), (1, 24), (10, 24))  # convolutions and channels; each block ends in a pooling
EPOCHS = 5


def deep_plain_net(norm: str, weight_scale: float) -> nn.Sequential:
    """A VGG of twelve 3×3 convolutions for grey images of 28×28, ten of them in its last block.

    `norm` is "none", "before ReLU" or "after ReLU"; the weights start with `weight_scale` times
    Kaiming's standard deviation.
    """
    layers: list[nn.Module] = []
    channels, side = 1, 28
    for convolutions, width in BLOCKS:
        for _ in range(convolutions):
            conv = nn.Conv2d(channels, width, 3, padding=1, bias=norm == "none")
            nn.init.normal_(conv.weight, std=weight_scale * math.sqrt(2 / (9 * channels)))
            if conv.bias is not None:
                nn.init.zeros_(conv.bias)
            layers.append(conv)
            if norm == "before ReLU":
                layers.append(nn.BatchNorm2d(width))
            layers.append(nn.ReLU())
            if norm == "after ReLU":
                layers.append(nn.BatchNorm2d(width))
            channels = width
        layers.append(nn.MaxPool2d(2))
        side //= 2
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * side * side, 10))


def train_deep(recipe: Mapping[str, Any], data: Dataset, seed: int = 0) -> nn.Sequential:
    """Train `deep_plain_net` by `recipe` for five epochs; it stops where the loss is no number."""
    torch.manual_seed(seed)
    net = deep_plain_net(recipe["norm"], recipe["weight_scale"])
    optimizer = torch.optim.SGD(net.parameters(), recipe["lr"], momentum=recipe["momentum"])
    batches = data.batches("train", recipe["batch_size"], seed=seed, drop_last=True)
    total = EPOCHS * len(batches)
    warmup = round(recipe["warmup"] * total)
    step = 0
    net.train()
    for _ in range(EPOCHS):
        for x, y in batches:
            for group in optimizer.param_groups:
                group["lr"] = recipe["lr"] * warmup_cosine(step, total, warmup)
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(x), y)
            loss.backward()
            optimizer.step()
            step += 1
            if not math.isfinite(loss.item()):
                return net.eval()
    return net.eval()
