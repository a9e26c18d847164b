"""Make the recorded runs that units 05 and 06 show: `python benchmarks/recorded_runs.py NAME`.

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

from cnnlab import data, models, recipes
from cnnlab.data import Dataset, Split
from cnnlab.exercises.u06_training.augment import cutout, random_crop_flip
from cnnlab.exercises.u06_training.mixup import mixup
from cnnlab.exercises.u06_training.warmup_cosine import warmup_cosine
from cnnlab.training import evaluate, fit

FOLDER = Path(__file__).resolve().parent.parent / "src" / "cnnlab" / "recorded"
TOOLS: dict[str, Callable[..., Any]] = {
    "crop_and_flip": random_crop_flip,
    "cutout": cutout,
    "mixup": mixup,
    "schedule": warmup_cosine,
}
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


@lru_cache(maxsize=1)
def shapes(seed: int) -> Dataset:
    """4,000 generated shapes of 16×16 to learn from, 1,000 for validation, 2,000 to test on."""
    drawn = data.load("shapes10", seed=seed, n_train=5_000, n_test=2_000, image_size=16)
    return drawn.with_validation(1_000, seed=seed)


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


def by_depth(
    seed: int, make: Callable[..., nn.Module], depth: int, lr: float, on_shapes: bool = False
) -> Measured:
    """30 epochs of a plain or residual network, as in unit 05, with the learning curve."""
    pictures = shapes(seed) if on_shapes else fashion(seed, 2_000, halved=True)
    torch.manual_seed(seed)
    model = make(depth, width=8, num_classes=10, in_channels=pictures.train.images.shape[1])
    history = fit(model, pictures, epochs=30, lr=lr, batch_size=64, seed=seed, progress=False)
    columns = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
    curve = zip(*(history.column(name) for name in columns), strict=True)
    rounded = [[round(value, 4) for value in row] for row in curve]
    return {**measured(model, pictures), "curve": rounded}


def by_recipe(seed: int, recipe: dict[str, Any]) -> Measured:
    """One training by a recipe of unit 06."""
    pictures = fashion(seed, 1_000)
    return measured(recipes.train(recipe, pictures, seed, TOOLS), pictures)


def recipe_rows(changes: dict[str, dict[str, Any]], base: dict[str, Any]) -> dict[str, Row]:
    return {name: partial(by_recipe, recipe={**base, **new}) for name, new in changes.items()}


DEPTH: dict[str, Row] = {
    "plain-8": partial(by_depth, make=models.small_plain, depth=8, lr=0.1),
    "plain-26": partial(by_depth, make=models.small_plain, depth=26, lr=0.1),
    "plain-26, rate 0.03": partial(by_depth, make=models.small_plain, depth=26, lr=0.03),
    "residual-26": partial(by_depth, make=models.small_resnet, depth=26, lr=0.1),
}
ON_SHAPES: dict[str, Row] = {
    "plain-8": partial(by_depth, make=models.small_plain, depth=8, lr=0.1, on_shapes=True),
    "plain-26": partial(by_depth, make=models.small_plain, depth=26, lr=0.1, on_shapes=True),
    "residual-26": partial(by_depth, make=models.small_resnet, depth=26, lr=0.1, on_shapes=True),
}

EXPERIMENTS: dict[str, tuple[str, dict[str, Row]]] = {
    "long_runs": (
        "Fashion-MNIST at 14×14, 2,000 training and 10,000 test images, 30 epochs",
        DEPTH,
    ),
    "long_runs_shapes": ("shapes10 at 16×16, 4,000 training and 2,000 test images", ON_SHAPES),
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
