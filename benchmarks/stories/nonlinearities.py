"""Unit 03, section 2: sigmoid, tanh and ReLU in six convolutions."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import torch
from torch import nn
from torch.nn.init import calculate_gain, xavier_normal_

from cnnlab.training import fit
from stories.small_filters import clothes
from stories.story import Found, Statement, Story

RATES = (0.01, 0.03, 0.1)
KINDS = {"Sigmoid": nn.Sigmoid, "Tanh": nn.Tanh, "ReLU": nn.ReLU}
GAINS = {"Sigmoid": calculate_gain("sigmoid"), "Tanh": calculate_gain("tanh")}
GAINS["ReLU"] = calculate_gain("relu")


def six_convolutions(kind: str) -> nn.Sequential:
    layers: list[nn.Module] = []
    channels = 1
    for number in range(6):
        layers += [nn.Conv2d(channels, 16, 3, padding=1), KINDS[kind]()]
        channels = 16
        if number in (1, 3):
            layers.append(nn.MaxPool2d(2))
    model = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * 7 * 7, 10))
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            xavier_normal_(layer.weight, GAINS[kind])
    return model


def train(seed: int, kind: str, rates: tuple[float, ...], epochs: int) -> Found:
    few = replace(clothes(), train=clothes().train[:2_000])
    recipe = {"epochs": epochs, "batch_size": 32, "progress": False, "strict": False}
    losses = {}
    for rate in rates:
        torch.manual_seed(seed)
        last = fit(six_convolutions(kind), few, lr=rate, seed=seed, **recipe).final
        losses[f"loss at {rate}"] = last.train_loss
    return {kind: losses}


def losses(found: Found, kind: str) -> list[float]:
    return [found[kind][f"loss at {rate}"] for rate in RATES]


STORY = Story(
    name="nonlinearities",
    unit="03_vgg",
    title="Unit 03: sigmoid, tanh and ReLU",
    about=(
        "Six convolutions on 2,000 clothes: the training loss of the second epoch, with torch's "
        "recommended start for each nonlinearity. Knowing nothing has a loss of 2.30."
    ),
    columns={f"loss at {rate}": f"training loss at rate {rate}" for rate in RATES},
    runs={kind: partial(train, kind=kind, rates=RATES, epochs=2) for kind in KINDS},
    statements=(
        Statement(
            "No rate makes up for that here",
            "with the sigmoid the loss is above 2.25 at every rate",
            lambda found: min(losses(found, "Sigmoid")) > 2.25,
        ),
        Statement(
            "with a start and a rate that suit it, it does as well as ReLU here or better",
            "the lowest loss with tanh is at most 0.05 above the lowest with ReLU",
            lambda found: min(losses(found, "Tanh")) < min(losses(found, "ReLU")) + 0.05,
        ),
        Statement(
            "At the largest rate both fail.",
            "the loss of both is above 1.9 there, or not finite",
            lambda found: min(losses(found, kind)[-1] for kind in ("Tanh", "ReLU")) > 1.9,
        ),
    ),
    same=(
        "RATES = (0.01, 0.03, 0.1)",
        'recipe = {"epochs": 2, "lr": rate, "batch_size": 32, "progress": False, "strict": False}',
    ),
)
