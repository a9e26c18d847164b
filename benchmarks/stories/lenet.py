"""Unit 02, sections 8, 9 and 11: LeNet-5 and its rivals on clothes, moved, and in the mirror."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial

import torch
from torch import Tensor, nn

from cnnlab import data, models
from cnnlab.data import Dataset, Split
from cnnlab.exercises.u02_lenet.train_epoch import train_epoch
from stories.measured import percent
from stories.story import Found, Statement, Story

CLASSIC, MODERN = "LeNet-5 classic", "LeNet-5 modern"
DENSE, LINEAR = "dense, same budget", "one linear layer"
WITH_FLIPS = "LeNet-5 modern, with flips"
STEPS = (1, 2, 3)
SHOES = torch.tensor([5, 7, 9])

CONTESTANTS: dict[str, Callable[[], nn.Module]] = {
    CLASSIC: models.LeNet5,
    MODERN: lambda: models.LeNet5(modern=True),
    DENSE: lambda: models.matched_mlp(
        models.count_parameters(models.LeNet5()), n_in=28 * 28, n_out=10
    ),
    LINEAR: lambda: nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 10)),
}


@lru_cache(maxsize=1)
def clothes() -> Dataset:
    return data.load("fashion-mnist-small").with_validation(2000)


def flip(x: Tensor, generator: torch.Generator) -> Tensor:
    """Each image mirrored left to right with probability ½."""
    mirrored = torch.rand(len(x), generator=generator) < 0.5
    return torch.where(mirrored.view(-1, 1, 1, 1), x.flip(-1), x)


def trained(network: str, rate: float, epochs: int, seed: int, flips: bool) -> nn.Module:
    """Plain SGD with momentum, batches of 64, a constant rate."""
    torch.manual_seed(seed)
    model = CONTESTANTS[network]()
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    augment = flip if flips else None
    batches = clothes().batches("train", 64, seed=seed, augment=augment)
    for _ in range(epochs):
        train_epoch(model, batches, optimizer)
    return model


def on(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    return percent(model, replace(clothes(), test=Split(images, labels)))


def train(
    seed: int, network: str, rates: tuple[float, ...], epochs: int, flips: bool = False
) -> Found:
    """At the rate that is best on the validation images: the test images, moved and mirrored."""
    tried = [trained(network, rate, epochs, seed, flips) for rate in rates]
    model = max(tried, key=lambda one: percent(one, clothes(), "validation"))
    test = clothes().test
    figures = {"test": on(model, test.images, test.labels)}
    for step in STEPS:
        both = [torch.roll(test.images, way, dims=-1) for way in (step, -step)]
        figures[f"by {step}"] = sum(on(model, images, test.labels) for images in both) / 2
    shoes = torch.isin(test.labels, SHOES)
    figures["shoes"] = on(model, test.images[shoes].flip(-1), test.labels[shoes])
    return {WITH_FLIPS if flips else network: figures}


def lead(found: Found, what: str) -> float:
    return found[MODERN][what] - found[DENSE][what]


STORY = Story(
    name="lenet",
    unit="02_lenet",
    title="Unit 02: LeNet-5 against a dense network",
    about=(
        "Four networks on 8,000 clothes for 6 epochs, each at the rate that the lesson found for "
        "it on the validation images; then LeNet-5 with training images mirrored at random. "
        "Accuracy in percent on 2,000 test images, on the same ones moved sideways by some "
        "pixels, and on the shoes among them in the mirror."
    ),
    columns={
        "test": "test",
        **{f"by {step}": f"moved by {step}" for step in STEPS},
        "shoes": "mirrored shoes",
    },
    runs={
        **{
            name: partial(train, network=name, rates=(rate,), epochs=6)
            for name, rate in ((CLASSIC, 0.03), (MODERN, 0.03), (DENSE, 0.03), (LINEAR, 0.01))
        },
        WITH_FLIPS: partial(train, network=MODERN, rates=(0.03,), epochs=6, flips=True),
    },
    statements=(
        Statement(
            "a dense network of the same budget comes within a point or two of LeNet-5",
            "the dense network is less than 2.5 points away",
            lambda found: abs(lead(found, "test")) < 2.5,
        ),
        Statement(
            "*Here* the assumptions built into LeNet-5 earn something",
            "LeNet-5 is ahead of the dense network when images are moved by 1, 2 and 3 pixels",
            lambda found: all(lead(found, f"by {step}") > 0 for step in STEPS),
        ),
        Statement(
            "Still, LeNet-5 loses a lot as well.",
            "moved by 3 pixels, it loses more than 10 points",
            lambda found: found[MODERN]["test"] - found[MODERN]["by 3"] > 10,
        ),
        Statement(
            "But with a true claim, why doesn't the accuracy on clothes rise?",
            "with flips, the test accuracy doesn't rise by more than half a point",
            lambda found: found[WITH_FLIPS]["test"] <= found[MODERN]["test"] + 0.5,
        ),
        Statement(
            "Mirrored test images do ask for it",
            "with flips, more of the mirrored shoes are right",
            lambda found: found[WITH_FLIPS]["shoes"] > found[MODERN]["shoes"],
        ),
    ),
    same=(
        "RATES, SEEDS = (0.01, 0.03, 0.1), (0, 1, 2)",
        "torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)",
        'cnnlab.data.load("fashion-mnist-small").with_validation(2000)',
        "if torch.rand(()) < 0.5 else image",
    ),
)
