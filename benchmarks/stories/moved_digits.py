"""Unit 01, section 11: a dense and a convolutional network, and digits that move."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache, partial

import torch
from torch import nn
from torch.nn import functional as F

from cnnlab import data, models
from cnnlab.data import Dataset, Split
from cnnlab.training import fit
from stories.measured import percent
from stories.story import Found, Statement, Story

SHIFTS = (0, 1, 2, 4, 6)
DENSE, CNN = "dense network", "SimpleCNN"


@lru_cache(maxsize=1)
def canvas() -> Dataset:
    """Digits of 20×20 in the middle of 32×32 pixels, their grey in three channels."""
    digits = data.load("digits", image_size=20)

    def placed(split: Split) -> Split:
        return Split(F.pad(split.images, (6, 6, 6, 6)).repeat(1, 3, 1, 1), split.labels)

    return replace(digits, train=placed(digits.train), test=placed(digits.test))


def network(name: str) -> nn.Module:
    if name == CNN:
        return models.SimpleCNN(num_classes=10)
    budget = models.count_parameters(models.SimpleCNN(num_classes=10))
    torch.manual_seed(torch.initial_seed())  # as if the other one had not been drawn
    return models.matched_mlp(budget, n_in=3 * 32 * 32, n_out=10)


def when_moved(model: nn.Module, shift: int) -> float:
    """Percent right on test digits moved by so many pixels, over four directions."""
    ways = [(shift, 0), (-shift, 0), (0, shift), (0, -shift)] if shift else [(0, 0)]
    found = []
    for down, right in ways:
        images = torch.roll(canvas().test.images, (down, right), dims=(-2, -1))
        moved = replace(canvas(), test=Split(images, canvas().test.labels))
        found.append(percent(model, moved))
    return sum(found) / len(found)


def train(seed: int, name: str, epochs: int, optimizer: str, lr: float) -> Found:
    torch.manual_seed(seed)
    model = network(name)
    fit(model, canvas(), epochs=epochs, optimizer=optimizer, lr=lr, seed=seed, progress=False)
    return {name: {f"by {shift}": when_moved(model, shift) for shift in SHIFTS}}


def lost(found: Found) -> float:
    """What the CNN loses when digits move by 4 pixels."""
    return found[CNN]["by 0"] - found[CNN]["by 4"]


STORY = Story(
    name="moved_digits",
    unit="01_convolutions",
    title="Unit 01: dense against convolutional, and digits that move",
    about=(
        "Two networks with as many parameters learn digits in the middle of a canvas. Tested on "
        "new digits there, and on the same ones moved by some pixels right, left, up and down "
        "(accuracy in percent). Guessing gets 10."
    ),
    columns={f"by {shift}": f"moved by {shift}" for shift in SHIFTS},
    runs={
        name: partial(train, name=name, epochs=8, optimizer="adamw", lr=1e-3)
        for name in (DENSE, CNN)
    },
    statements=(
        Statement(
            "On digits in the middle, there is little between the two.",
            "less than 3 points",
            lambda found: abs(found[CNN]["by 0"] - found[DENSE]["by 0"]) < 3,
        ),
        Statement(
            "A network built on it gets part of the way.",
            "moved by 4, the CNN is ahead by more than 3 points, and more than 3 points behind "
            "itself on digits in the middle",
            lambda found: found[CNN]["by 4"] - found[DENSE]["by 4"] > 3 and lost(found) > 3,
        ),
        Statement(
            "The CNN does better than that, though it's far from seeing no difference.",
            "moved by 4, the CNN gets more than 15 % and loses more than 10 points",
            lambda found: found[CNN]["by 4"] > 15 and lost(found) > 10,
        ),
    ),
    same=(
        "SEEDS, EPOCHS = (0, 1, 2), 8",
        'net, canvas, epochs=EPOCHS, optimizer="adamw", lr=1e-3, seed=seed, live_plot=False',
        'cnnlab.data.load("digits", image_size=20)',
    ),
)
