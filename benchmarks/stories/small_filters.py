"""Unit 03, section 8: LeNet, a VGG, and the same VGG with one large filter."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

import torch
from torch import Tensor, nn

from cnnlab import data, models
from cnnlab.data import Dataset, flip_and_shift
from cnnlab.models import vgg_block
from cnnlab.models.initialisation import initialise_convolutions
from cnnlab.training import fit
from stories.measured import percent
from stories.story import Found, Statement, Story

CONFIG = [(1, 16), (1, 32), (2, 64)]
LENET, STACK, LARGE = "LeNet-5", "VGG, two 3×3", "VGG, one 5×5"


@lru_cache(maxsize=1)
def clothes() -> Dataset:
    return data.load("fashion-mnist-small").with_validation(n=1_000, seed=0)


def one_large_filter(in_channels: int, out_channels: int, num_convs: int) -> nn.Sequential:
    """The receptive field of `num_convs` layers of 3×3, in a single convolution."""
    side = 2 * num_convs + 1
    convolution = nn.Conv2d(in_channels, out_channels, side, padding=side // 2)
    return nn.Sequential(convolution, nn.ReLU(), nn.MaxPool2d(2))


def network(
    block: Callable[[int, int, int], nn.Module], config: list[tuple[int, int]]
) -> nn.Sequential:
    """Blocks and one dense layer, for 28×28 grey pixels."""
    layers: list[nn.Module] = []
    channels, side = 1, 28
    for num_convs, width in config:
        layers.append(block(channels, width, num_convs))
        channels, side = width, side // 2
    model = nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * side * side, 10))
    initialise_convolutions(model)
    return model


CONTESTANTS: dict[str, Callable[[], nn.Module]] = {
    LENET: lambda: models.LeNet5(modern=True),
    STACK: lambda: network(vgg_block, CONFIG),
    LARGE: lambda: network(one_large_filter, CONFIG),
}


@torch.no_grad()
def is_right(model: nn.Module) -> Tensor:
    """For each test image, whether the network gets it right."""
    model.eval()
    batches = clothes().batches("test", batch_size=500)
    return torch.cat([model(x).argmax(dim=1) == y for x, y in batches])


def paired(one: Tensor, other: Tensor) -> Mapping[str, float]:
    """The lead of one over the other in points, and twice what chance alone moves it."""
    only_one, only_other = int((one & ~other).sum()), int((other & ~one).sum())
    return {
        "lead": 100 * (only_one - only_other) / len(one),
        "chance": 200 * math.sqrt(only_one + only_other) / len(one),
    }


def compare(seed: int, epochs: int, rates: tuple[float, ...]) -> Found:
    """Each network at the rate that suits it on the validation images, and then the test."""
    found: dict[str, dict[str, float]] = {}
    right: dict[str, Tensor] = {}
    recipe: dict[str, Any] = {"epochs": epochs, "batch_size": 32, "augment": flip_and_shift()}
    for name, make in CONTESTANTS.items():
        for rate in rates:
            torch.manual_seed(seed)
            model = make()
            fit(model, clothes(), **recipe, lr=rate, seed=seed, progress=False)
            reached = percent(model, clothes(), "validation")
            if name not in found or reached > found[name]["validation"]:
                right[name] = is_right(model)
                tested = 100 * right[name].float().mean().item()
                found[name] = {"rate": rate, "validation": reached, "test": tested}
    return {
        **found,
        f"{STACK} − {LENET}": paired(right[STACK], right[LENET]),
        f"{LARGE} − {LENET}": paired(right[LARGE], right[LENET]),
        f"{STACK} − {LARGE}": paired(right[STACK], right[LARGE]),
    }


def clear(found: Found, pair: str) -> bool:
    return found[pair]["lead"] > found[pair]["chance"]


STORY = Story(
    name="small_filters",
    unit="03_vgg",
    title="Unit 03: LeNet, a VGG, and one large filter",
    about=(
        "Three networks with about as many parameters, on 9,000 clothes for 4 epochs. Each takes "
        "the better of two rates by its validation accuracy, and is then tested on 2,000 images "
        "(in percent). They are compared image by image: a lead, in points, counts if it's larger "
        "than twice what chance moves it."
    ),
    columns={
        "rate": "rate taken",
        "validation": "validation, %",
        "test": "test, %",
        "lead": "lead, points",
        "chance": "twice what chance moves it",
    },
    runs={"compared": partial(compare, epochs=4, rates=(0.02, 0.05))},
    statements=(
        Statement(
            "Both VGGs put into filters the parameters that LeNet puts into dense layers. It pays "
            "off",
            "both lead LeNet by more than chance explains",
            lambda found: clear(found, f"{STACK} − {LENET}") and clear(found, f"{LARGE} − {LENET}"),
        ),
        Statement(
            "The second answer is sobering: arithmetic promised a deeper function for the same "
            "price, but not that four epochs would *find* a better one.",
            "the stack doesn't lead the large filter by more than chance explains",
            lambda found: not clear(found, f"{STACK} − {LARGE}"),
        ),
    ),
    same=(
        "CONFIG = [(1, 16), (1, 32), (2, 64)]",
        "EPOCHS, RATES_TO_TRY = 4, (0.02, 0.05)",
        '{"epochs": EPOCHS, "lr": rate, "batch_size": 32, "augment": augment}',
    ),
)
