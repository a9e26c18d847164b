"""Training time to a fixed test accuracy: the default recipe of `fit`, and the tutorial loop.

Both train the same VGG with batch norm on shapes10 with the same augmentation. The tutorial loop
uses Adam at a constant rate of 0.001 and trains until the target or its last epoch; `fit` gets a
fixed number of epochs for its cosine. Time spent on measuring the accuracy is not counted.
"""

from __future__ import annotations

import math
import statistics
import time
from typing import Any

import torch
import tutorial
from measuring import arguments, finish, section, spread
from torch import nn

import cnnlab.data
from cnnlab.data import flip_and_shift
from cnnlab.models import make_vgg
from cnnlab.training import evaluate, fit


def network(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return make_vgg([(2, 16), (2, 32), (2, 64)], 10, batch_norm=True, dropout=0.0)


def ours(data: Any, seed: int, target: float, epochs: int) -> tuple[float, int, float]:
    """Seconds of training, epochs, and accuracy at the first epoch that reaches the target."""
    history = fit(
        network(seed), data, epochs=epochs, seed=seed, augment=flip_and_shift(2), progress=False
    )
    # Validation is part of an epoch's seconds; its mean share is taken out.
    training = history.timings["train"] / len(history)
    for row in history.rows:
        if row.validation_accuracy >= target:
            return training * row.epoch, row.epoch, row.validation_accuracy
    return float("inf"), epochs, history.best.validation_accuracy


def theirs(
    data: Any, seed: int, target: float, epochs: int, workers: int
) -> tuple[float, int, float]:
    """The same three figures for the tutorial loop."""
    model = network(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    batches = tutorial.loader(data, 64, workers)
    seconds, best = 0.0, 0.0
    for epoch in range(1, epochs + 1):
        started = time.perf_counter()
        tutorial.train_epoch(model, batches, optimizer)
        seconds += time.perf_counter() - started
        accuracy = evaluate(model, data).accuracy
        best = max(best, accuracy)
        if accuracy >= target:
            return seconds, epoch, accuracy
    return float("inf"), epochs, best


def main() -> None:
    parser = arguments(__doc__ or "", rounds=5)
    parser.add_argument("--images", type=int, default=12_000, help="training images")
    parser.add_argument("--target", type=float, default=0.83, help="test accuracy to reach")
    parser.add_argument("--epochs", type=int, default=8, help="epochs of the default recipe")
    parser.add_argument("--most", type=int, default=40, help="epochs the tutorial loop may take")
    parser.add_argument("--workers", type=int, default=2, help="loader workers of the tutorial")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    data = cnnlab.data.load("shapes10", n_train=options.images, n_test=3_000)
    results: dict[str, list[tuple[float, int, float]]] = {"fit, default": [], "tutorial, Adam": []}
    for seed in range(options.rounds):
        results["fit, default"].append(ours(data, seed, options.target, options.epochs))
        results["tutorial, Adam"].append(
            theirs(data, seed, options.target, options.most, options.workers)
        )
    own = statistics.median(seconds for seconds, _, _ in results["fit, default"])
    rows = []
    for label, runs in results.items():
        seconds = [run[0] for run in runs]
        reached = sum(run[0] < float("inf") for run in runs)
        ratio = statistics.median(seconds) / own if math.isfinite(own) else math.inf
        rows.append(
            {
                "loop": label,
                "reached": f"{reached} of {len(runs)}",
                "seconds": spread(seconds) if reached == len(runs) else "not always reached",
                "epochs": spread([run[1] for run in runs]),
                "accuracy": spread([100 * run[2] for run in runs]),
                "times fit": f"{ratio:.2f}" if math.isfinite(ratio) else "–",
            }
        )
    found = section(
        f"Time to {options.target:.0%} on shapes10",
        f"VGG 16-32-64 with batch norm, {options.images:,} training and 3,000 test images, one "
        "seed a run, by turns. Wall-clock seconds of training.",
        rows,
        options.rounds,
    )
    finish("time_to_accuracy", found, options.save)


if __name__ == "__main__":
    main()
