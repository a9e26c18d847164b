"""Recipes that are plain data: what they leave out, what they ask for, and that seeds decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from cnnlab import recipes
from cnnlab.data import Dataset, Split
from cnnlab.errors import UnknownNameError
from cnnlab.exercises.u06_training.augment import cutout, random_crop_flip
from cnnlab.exercises.u06_training.design_recipe import crop_and_flip
from cnnlab.exercises.u06_training.mixup import mixup
from cnnlab.exercises.u06_training.warmup_cosine import warmup_cosine

TOOLS: dict[str, Callable[..., Any]] = {
    "crop_and_flip": random_crop_flip,
    "cutout": cutout,
    "mixup": mixup,
    "schedule": warmup_cosine,
}


@pytest.fixture(scope="module")
def data() -> Dataset:
    """Ten classes that a bright row tells apart."""
    labels = torch.arange(80) % 10
    images = torch.randint(0, 60, (80, 3, 16, 16), generator=torch.Generator().manual_seed(0))
    for image, label in zip(images, labels.tolist(), strict=True):
        image[:, label + 3] = 255
    part = Split(images.to(torch.uint8), labels)
    return Dataset("rows", "1", tuple("abcdefghij"), part, part, part)


def weights(model: torch.nn.Module) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def test_a_recipe_learns_and_its_seed_decides(data: Dataset) -> None:
    recipe = {"epochs": 20, "batch_size": 20}
    first, again, other = (recipes.train(recipe, data, seed) for seed in (0, 0, 1))
    assert torch.equal(weights(first), weights(again))
    assert not torch.equal(weights(first), weights(other))
    assert recipes.accuracies(first, data)["test"] > 90


@pytest.mark.parametrize(
    "change",
    [
        {"crop_and_flip": 2},
        {"hole": 8},
        {"hole": 8, "hole_colour": "black"},
        {"mixup": 0.5},
        {"label_smoothing": 0.1},
        {"dropout": 0.5},
        {"schedule": "warmup_cosine"},
        {"momentum": 0.9},
        {"weight_decay": 0.1},
        {"optimizer": "adam"},
        {"optimizer": "adamw"},
    ],
    ids=str,
)
def test_every_entry_has_an_effect(data: Dataset, change: dict[str, Any]) -> None:
    plain = recipes.train({"epochs": 1, "batch_size": 20}, data, tools=TOOLS)
    changed = recipes.train({"epochs": 1, "batch_size": 20, **change}, data, tools=TOOLS)
    assert not torch.equal(weights(plain), weights(changed))


def test_black_and_mean_coloured_holes_differ(data: Dataset) -> None:
    x = torch.ones(4, 3, 16, 16)
    for colour, value in (("black", 0.0), ("mean", min(data.mean))):
        recipe = recipes.complete({"hole": 6, "hole_colour": colour})
        augment = recipes.augmentation(recipe, data, TOOLS)
        assert augment is not None
        out = augment(x, torch.Generator().manual_seed(0))
        assert out.min().item() == pytest.approx(value, abs=1e-6)


def test_a_name_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownNameError, match="learning_rate"):
        recipes.complete({"learning_rate": 1})
    with pytest.raises(UnknownNameError, match="rmsprop"):
        recipes.make_optimizer(recipes.small_vgg(), recipes.complete({"optimizer": "rmsprop"}))


def test_only_weights_decay() -> None:
    model = recipes.small_vgg()
    optimizer = recipes.make_optimizer(model, recipes.complete({"weight_decay": 0.1}))
    decaying = [p for g in optimizer.param_groups if g["weight_decay"] for p in g["params"]]
    assert {p.dim() for p in decaying} == {2, 4}
    assert sum(p.numel() for p in model.parameters()) == 30_742


def test_the_fast_crop_gives_what_the_slow_one_may_give() -> None:
    image = torch.arange(1.0, 21.0).view(1, 1, 4, 5).repeat(2000, 1, 1, 1)
    found = [
        {tuple(out.flatten().tolist()) for out in crop(image, 1, torch.Generator().manual_seed(1))}
        for crop in (random_crop_flip, crop_and_flip)
    ]
    assert found[0] == found[1] and len(found[0]) == 18
