"""All of Fashion-MNIST, from a linear classifier to a residual network, beside published figures.

    nice python benchmarks/fashion_ladder.py --seeds 3 --save

Every network learns from all 60,000 training images by the same recipe, which was fixed before:
the default of `fit`, and for the deeper two, flips and shifts by up to two pixels. The 10,000 test
images are looked at once, at the end of a run.

Each finished run is kept in docs/benchmarks/runs/fashion_ladder.json at once and not repeated; a
run that was stopped goes on at its last epoch. So the command may be stopped and given again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import torch
from measuring import SECTIONS, arguments, finish, machine, section
from torch import nn

from cnnlab import data, models
from cnnlab.home import home, write_atomically
from cnnlab.training import evaluate, fit

RUNS = SECTIONS / "runs" / "fashion_ladder.json"
ABOUT = (
    "All 60,000 training images, the default recipe of `fit`, 64 images a step; “moved” means "
    "flipped at random and shifted by up to two pixels. Test accuracy in percent after the last "
    "epoch, on all 10,000 test images: the median of the seeds, and in brackets the lowest and the "
    "highest. Minutes are those of one core's work. Published figures are those of the data set's "
    "own page (github.com/zalandoresearch/fashion-mnist); each was reached by another recipe. "
    "People without training in fashion are right on 83.5 % there."
)


@dataclass(frozen=True)
class Rung:
    """One network of the ladder and what the data set's page says of the nearest to it."""

    network: str
    build: Callable[[], nn.Module]
    epochs: int
    moved: bool
    published: str


def linear() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


def mlp() -> nn.Module:
    sizes = [784, 256, 128, 100]
    hidden = [
        layer
        for inputs, outputs in pairwise(sizes)
        for layer in (nn.Linear(inputs, outputs), nn.ReLU())
    ]
    return nn.Sequential(nn.Flatten(), *hidden, nn.Linear(100, 10))


def lenet() -> nn.Module:
    return models.LeNet5(modern=True)


def vgg() -> nn.Module:
    return models.make_vgg(
        [(1, 16), (1, 32), (2, 64)], 10, in_channels=1, image_size=28, batch_norm=True, dropout=0.0
    )


def resnet() -> nn.Module:
    return models.small_resnet(depth=14, width=16, in_channels=1)


LADDER = (
    Rung("linear", linear, 8, False, "none"),
    Rung("MLP 256-128-100", mlp, 8, False, "MLP 256-128-100: 88.3"),
    Rung("LeNet-5, modern", lenet, 8, False, "two convolutions, 113,000 parameters: 92.2"),
    Rung("VGG 1×16 1×32 2×64, batch norm", vgg, 8, True, "VGG-16, 26 million parameters: 93.5"),
    Rung("ResNet-14, 16 channels", resnet, 12, True, "ResNet-18, pictures moved: 94.9"),
)


@dataclass(frozen=True)
class Run:
    network: str
    seed: int
    epochs: int
    moved: bool
    parameters: int
    accuracy: float
    minutes: float | None  # not known of a run that was stopped on its way
    machine: dict[str, str]

    def is_of(self, rung: Rung, seed: int) -> bool:
        wanted = (rung.network, seed, rung.epochs, rung.moved)
        return (self.network, self.seed, self.epochs, self.moved) == wanted


def perform(rung: Rung, seed: int, images: data.Dataset, unfinished: Path) -> Run:
    """Train and test once, going on from `unfinished` where that is there."""
    goes_on = unfinished.exists()
    torch.manual_seed(seed)
    model = rung.build()
    augment = data.flip_and_shift(2) if rung.moved else None
    batches = images.batches("train", 64, seed=seed, augment=augment)
    started = time.process_time()
    # Nothing is validated: the recipe is fixed, and the test images wait for the end.
    fit(model, (batches, None), epochs=rung.epochs, seed=seed, checkpoint=unfinished)
    minutes = (time.process_time() - started) / 60
    return Run(
        network=rung.network,
        seed=seed,
        epochs=rung.epochs,
        moved=rung.moved,
        parameters=models.count_parameters(model),
        accuracy=evaluate(model, images).accuracy,
        minutes=None if goes_on else round(minutes, 2),
        machine=machine(),
    )


def finished(path: Path) -> list[Run]:
    return [Run(**run) for run in json.loads(path.read_text())] if path.exists() else []


def climb(
    ladder: tuple[Rung, ...], seeds: int, images: Callable[[], data.Dataset], path: Path
) -> list[Run]:
    """Make the runs that are missing, seed by seed, and keep each as soon as it is there."""
    runs = finished(path)
    for seed in range(seeds):
        for rung in ladder:
            if any(run.is_of(rung, seed) for run in runs):
                continue
            unfinished = home() / "ladder" / f"{rung.network}, {rung.epochs} epochs, seed {seed}.pt"
            unfinished.parent.mkdir(parents=True, exist_ok=True)
            run = perform(rung, seed, images(), unfinished)
            print(f"{rung.network}, seed {seed}: {run.accuracy:.2%}", flush=True)
            runs.append(run)
            text = json.dumps([asdict(run) for run in runs], indent=1, ensure_ascii=False)
            write_atomically(path, f"{text}\n".encode())
            unfinished.unlink(missing_ok=True)
    return runs


def rows(ladder: tuple[Rung, ...], seeds: int, runs: list[Run]) -> list[dict[str, Any]]:
    table = []
    for rung in ladder:
        done = [run for run in runs for seed in range(seeds) if run.is_of(rung, seed)]
        if not done:
            continue
        scores = sorted(100 * run.accuracy for run in done)
        minutes = [run.minutes for run in done if run.minutes is not None]
        table.append(
            {
                "network": rung.network,
                "parameters": f"{done[0].parameters:,}",
                "epochs": f"{rung.epochs}{', moved' if rung.moved else ''}",
                "seeds": len(done),
                "test accuracy": f"{median(scores):.1f} ({scores[0]:.1f} – {scores[-1]:.1f})",
                "minutes": f"{median(minutes):.1f}" if minutes else "–",
                "published": rung.published,
            }
        )
    return table


def main() -> None:
    parser = arguments(__doc__ or "", rounds=1)
    parser.add_argument("--seeds", type=int, default=3, help="runs of each network")
    parser.add_argument("--first", type=int, default=len(LADDER), help="only so many networks")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    ladder = LADDER[: options.first]
    loaded: list[data.Dataset] = []

    def images() -> data.Dataset:
        if not loaded:
            loaded.append(data.load("fashion-mnist"))
        return loaded[0]

    runs = climb(ladder, options.seeds, images, RUNS)
    table = rows(ladder, options.seeds, runs)
    found = section("All of Fashion-MNIST", ABOUT, table, options.seeds)
    finish("fashion_ladder", found, options.save)


if __name__ == "__main__":
    main()
