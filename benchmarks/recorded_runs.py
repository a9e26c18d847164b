"""Make the recorded runs that units 05, 06 and 10 show: `python benchmarks/recorded_runs.py NAME`.

Each run is written as soon as it is finished, and a run that is there is not made again, so a
command that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from measuring import machine
from torch import nn

from cnnlab import data, models, recipes, search_space
from cnnlab.data import Dataset, Split
from cnnlab.exercises.u06_training.design_recipe import TOOLS
from cnnlab.models.initialisation import initialise_convolutions
from cnnlab.training import evaluate, fit

FOLDER = Path(__file__).resolve().parent.parent / "src" / "cnnlab" / "recorded"
Measured = dict[str, Any]
Row = Callable[[int], Measured]


@lru_cache(maxsize=1)
def fashion(seed: int, images: int, halved: bool = False) -> Dataset:
    """So many training images drawn by the seed, 1,000 others for validation, all test images."""
    whole = data.load("fashion-mnist")
    drawn = whole.train.per_class(images // 10 + 100, seed=seed)
    parts = {"train": drawn[:images], "validation": drawn[images:], "test": whole.test}
    if halved:
        parts = {name: half_size(part) for name, part in parts.items()}
    return replace(whole, **parts)


def half_size(part: Split) -> Split:
    """Every 2×2 pixels averaged to one."""
    smaller = F.avg_pool2d(part.images.float(), 2).round().to(torch.uint8)
    return Split(smaller, part.labels)


def measured(model: nn.Module, pictures: Dataset) -> Measured:
    learned = evaluate(model, pictures.batches("train", 500, shuffle=False))
    tested = evaluate(model, pictures.batches("test", 500))
    return {
        "train_loss": round(learned.loss, 4),
        "train": round(100 * learned.accuracy, 2),
        "test": round(100 * tested.accuracy, 2),
    }


def by_depth(seed: int, make: Callable[..., nn.Module], depth: int, lr: float) -> Measured:
    """30 epochs of a plain or residual network, as in unit 05, with the learning curve."""
    pictures = fashion(seed, 2_000, halved=True)
    torch.manual_seed(seed)
    model = make(depth, width=8, num_classes=10, in_channels=1)
    history = fit(model, pictures, epochs=30, lr=lr, batch_size=64, seed=seed, progress=False)
    columns = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
    curve = zip(*(history.column(name) for name in columns), strict=True)
    rounded = [[round(value, 4) for value in row] for row in curve]
    return {**measured(model, pictures), "curve": rounded}


def by_recipe(seed: int, recipe: dict[str, Any]) -> Measured:
    """One training by a recipe of unit 06."""
    pictures = data.load("shapes10", seed=seed, n_train=2_000, n_test=4_000, image_size=16)
    return measured(recipes.train(recipe, pictures, seed, TOOLS), pictures)


def strided_cnn(dropout: float) -> nn.Module:
    """Three strided convolutions and a dense layer for grey images of 28×28."""
    layers: list[nn.Module] = []
    channels = 1
    for width in (16, 32, 64):
        layers.append(nn.Conv2d(channels, width, 3, stride=2, padding=1, bias=False))
        layers += [nn.BatchNorm2d(width), nn.ReLU()]
        channels = width
    model = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(dropout), nn.Linear(64 * 4 * 4, 10))
    initialise_convolutions(model)
    return model


def on_clothes(seed: int, recipe: dict[str, Any]) -> Measured:
    """One training by a recipe on 300 clothes."""
    pictures = fashion(seed, 300)
    model = recipes.train(recipe, pictures, seed, TOOLS, network=strided_cnn)
    return measured(model, pictures)


def searched(seed: int, candidate: search_space.Candidate) -> Measured:
    """A candidate of unit 10's search, trained from scratch for each number of epochs."""
    clothes = search_space.pictures()
    by_effort: dict[str, float] = {}
    for effort in search_space.EFFORTS:
        found = search_space.tried(candidate, effort, clothes, seed, "train", "validation", "test")
        by_effort[str(effort)] = round(found["validation"].accuracy, 4)
    return {
        "candidate": candidate,
        "validation": by_effort,
        "train_loss": round(found["train"].loss, 4),
        "train": round(100 * found["train"].accuracy, 2),
        "test": round(100 * found["test"].accuracy, 2),
    }


def climbing(changes: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Recipes each of which adds a change to the one before."""
    recipe: dict[str, Any] = {}
    found = {}
    for name, change in changes.items():
        recipe = {**recipe, **change}
        found[name] = recipe
    return found


def recipe_rows(recipes_by_name: dict[str, dict[str, Any]]) -> dict[str, Row]:
    return {name: partial(by_recipe, recipe=recipe) for name, recipe in recipes_by_name.items()}


DEPTH: dict[str, Row] = {
    "plain-8": partial(by_depth, make=models.small_plain, depth=8, lr=0.1),
    "plain-26": partial(by_depth, make=models.small_plain, depth=26, lr=0.1),
    "plain-26, rate 0.03": partial(by_depth, make=models.small_plain, depth=26, lr=0.03),
    "residual-26": partial(by_depth, make=models.small_resnet, depth=26, lr=0.1),
}
LADDER = climbing(
    {
        "plain SGD": {"lr": 0.1},
        "+ warm-up and cosine": {"schedule": "warmup_cosine"},
        "+ momentum": {"momentum": 0.9},
        "+ crop and flip": {"crop_and_flip": 1},
        "+ weight decay": {"weight_decay": 0.005},
        "+ twice as long": {"epochs": 40},
    }
)
PIECES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "label smoothing": {"label_smoothing": 0.1},
    "black holes": {"hole": 4, "hole_colour": "black"},
    "mean-coloured holes": {"hole": 4, "hole_colour": "mean"},
    "mixup": {"mixup": 0.2},
    "weight decay": {"weight_decay": 0.005},
    "crop and flip": {"crop_and_flip": 1},
}
FIVE = ("label smoothing", "black holes", "mixup", "weight decay", "crop and flip")
AT_ONCE = {setting: value for name in FIVE for setting, value in PIECES[name].items()}
ALONE = {
    name: {"momentum": 0.9, "schedule": "warmup_cosine", **piece}
    for name, piece in {**PIECES, "all five at once": AT_ONCE}.items()
}
COMMON: dict[str, Any] = {"crop_and_flip": 1, "schedule": "warmup_cosine"}
OPTIMISER_SETTINGS: dict[str, dict[str, Any]] = {
    "SGD, rate 0.1": {"lr": 0.1},
    "SGD, rate 1": {"lr": 1.0},
    "momentum 0.9, rate 0.01": {"momentum": 0.9, "lr": 0.01},
    "momentum 0.9, rate 0.1": {"momentum": 0.9, "lr": 0.1},
    "momentum 0.9, rate 0.3": {"momentum": 0.9, "lr": 0.3},
    "the same without warm-up": {"momentum": 0.9, "lr": 0.3, "warmup": 0.0},
    "Adam, rate 0.001": {"optimizer": "adam", "lr": 0.001},
    "Adam, rate 0.01": {"optimizer": "adam", "lr": 0.01},
    "AdamW, rate 0.01, decay 0.1": {"optimizer": "adamw", "lr": 0.01, "weight_decay": 0.1},
}
OPTIMISERS = {name: {**COMMON, **settings} for name, settings in OPTIMISER_SETTINGS.items()}
ON_CLOTHES: dict[str, Row] = {
    name: partial(on_clothes, recipe=recipe)
    for name, recipe in climbing(
        {
            "plain SGD": {"epochs": 100, "batch_size": 32, "lr": 0.1},
            "+ warm-up and cosine": {"schedule": "warmup_cosine"},
            "+ momentum": {"momentum": 0.9, "lr": 0.05},
            "+ crop and flip": {"crop_and_flip": 2},
            "+ weight decay": {"weight_decay": 0.005},
        }
    ).items()
}
SEARCH: dict[str, Row] = {
    f"candidate {number}": partial(searched, candidate=candidate)
    for number, candidate in enumerate(search_space.draw_candidates(32, seed=10))
}
SMALL = "Fashion-MNIST, 3,000 training, 1,000 validation and 2,000 test images, 1 to 8 epochs"
CLOTHES = "Fashion-MNIST, 300 training and 10,000 test images, 100 epochs"
NEW_SHAPES = "shapes10 at 16×16, 2,000 training and 4,000 test images"
EXPERIMENTS: dict[str, tuple[str, dict[str, Row]]] = {
    "long_runs": (
        "Fashion-MNIST at 14×14, 2,000 training and 10,000 test images, 30 epochs",
        DEPTH,
    ),
    "ladder": (NEW_SHAPES, recipe_rows(LADDER)),
    "optimisers": (NEW_SHAPES + ", 20 epochs", recipe_rows(OPTIMISERS)),
    "clothes": (CLOTHES, ON_CLOTHES),
    "alone": (NEW_SHAPES + ", 20 epochs", recipe_rows(ALONE)),
    "search": (SMALL, SEARCH),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=list(EXPERIMENTS))
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    about, rows = EXPERIMENTS[options.name]
    path = FOLDER / f"{options.name}.json"
    there = json.loads(path.read_text(encoding="utf-8"))["rows"] if path.exists() else {}
    found = {name: there.get(name, []) for name in rows}
    where = machine()
    record = {
        "about": about,
        "command": f"python benchmarks/recorded_runs.py {options.name} --seeds {options.seeds}",
        "machine": f"{where['processor']}, torch {where['torch']}, 1 thread, {where['date']}",
        "rows": found,
    }
    for seed in range(options.seeds):
        for name, run in rows.items():
            if len(found[name]) == seed:
                found[name].append({"seed": seed, **run(seed)})
                print(name, seed, found[name][-1]["test"], flush=True)
                path.write_text(json.dumps(record, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
