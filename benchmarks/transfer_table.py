"""Measure what the shipped backbone is worth on a small task, and write docs/transfer.md.

    nice python benchmarks/transfer_table.py

The task is `silhouettes`: three shapes that the backbone has never seen, drawn by the renderer it
knows. Every method gets the same pictures; every number is a mean over the seeds.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from tqdm import tqdm

from cnnlab import data, models
from cnnlab.training import evaluate, fit

TARGET = "silhouettes"
BACKBONE = "shapes-resnet"
# Fewer pictures are seen more often, so that every run makes a comparable number of steps.
EPOCHS = {25: 60, 50: 40, 500: 10}
BATCH = 32
SCRATCH_LR, HEAD_LR, BACKBONE_LR = 0.05, 0.03, 0.003


@dataclass(frozen=True)
class Task:
    """The training pictures of one run, and the test pictures, normalised alike."""

    train: data.Split
    test: data.Split
    normalize: tuple[tuple[float, ...], tuple[float, ...]]
    epochs: int
    seed: int

    def batches(self, part: data.Split, **options: object) -> data.Batches:
        return data.batches(part, BATCH, normalize=self.normalize, seed=self.seed, **options)

    def fit(
        self, model: nn.Module, groups: list[dict], pictures: data.Batches | None = None
    ) -> None:
        """Train on the training pictures, or on what is given instead of them."""
        optimizer = torch.optim.SGD(
            groups, lr=HEAD_LR, momentum=0.9, nesterov=True, weight_decay=5e-4
        )
        batches = self.batches(self.train, shuffle=True) if pictures is None else pictures
        fit(
            model,
            (batches, None),
            epochs=self.epochs,
            optimizer=optimizer,
            seed=self.seed,
            progress=False,
        )

    def accuracies(self, model: nn.Module) -> tuple[float, float]:
        """Accuracy on the training and on the test pictures."""
        parts = (self.train, self.test)
        train, test = (evaluate(model, self.batches(part)).accuracy for part in parts)
        return train, test


def untrained(task: Task) -> nn.Module:
    torch.manual_seed(task.seed)
    architecture = dict(models.card(BACKBONE).details["architecture"])
    return models.SmallResNet(**{**architecture, "num_classes": 3})


def pretrained(task: Task) -> nn.Module:
    torch.manual_seed(task.seed)
    model = models.pretrained(BACKBONE)
    model.fc = nn.Linear(model.fc.in_features, 3)
    return model


def group(module: nn.Module, lr: float) -> dict:
    return {"params": list(module.parameters()), "lr": lr}


def fit_above(model: nn.Module, frozen: int, lrs: tuple[float, ...], task: Task) -> nn.Module:
    """Train only the parts of a network above the first `frozen` ones.

    What is frozen always gives the same features for the same picture, so these are computed once
    and the rest is trained on them: that is most of the saving.
    """
    stem = nn.Sequential(*(model.get_submodule(name) for name in ("conv1", "bn1", "relu")))
    stages = [model.get_submodule(name) for name in ("layer1", "layer2", "layer3")]
    parts = [stem, *stages, nn.AdaptiveAvgPool2d(1), nn.Flatten(), model.get_submodule("fc")]
    body, top = nn.Sequential(*parts[:frozen]).eval(), nn.Sequential(*parts[frozen:])
    with torch.no_grad():
        features = torch.cat([body(images) for images, _ in task.batches(task.train)])
    cached = data.batches((features, task.train.labels), BATCH, shuffle=True, seed=task.seed)
    learning = [part for part in top if any(True for _ in part.parameters())]
    groups = [group(part, lr) for part, lr in zip(learning, lrs, strict=True)]
    task.fit(top, groups, cached)
    return model


def from_scratch(task: Task) -> nn.Module:
    model = untrained(task)
    task.fit(model, [group(model, SCRATCH_LR)])
    return model


def linear_on_untrained(task: Task) -> nn.Module:
    return fit_above(untrained(task), 5, (HEAD_LR,), task)


def linear_on_pretrained(task: Task) -> nn.Module:
    return fit_above(pretrained(task), 5, (HEAD_LR,), task)


def last_stage(task: Task) -> nn.Module:
    return fit_above(pretrained(task), 3, (BACKBONE_LR, HEAD_LR), task)


def all_layers(task: Task) -> nn.Module:
    model = pretrained(task)
    body = [p for name, p in model.named_parameters() if not name.startswith("fc.")]
    head = group(model.get_submodule("fc"), HEAD_LR)
    task.fit(model, [{"params": body, "lr": BACKBONE_LR}, head])
    return model


METHODS: dict[str, Callable[[Task], nn.Module]] = {
    "from scratch": from_scratch,
    "untrained frozen, linear head": linear_on_untrained,
    "pretrained frozen, linear head": linear_on_pretrained,
    "pretrained, last stage and head": last_stage,
    "pretrained, all layers": all_layers,
}


@dataclass(frozen=True)
class Run:
    train: float
    test: float
    seconds: float


Results = dict[tuple[str, int], list[Run]]


def measure(seeds: int) -> Iterator[Results]:
    """Yield the results so far after every seed, so that a long run can be read on its way."""
    target = data.load(TARGET)
    card = models.card(BACKBONE)
    results: Results = {(method, count): [] for method in METHODS for count in EPOCHS}
    bar = tqdm(total=seeds * len(results), mininterval=10)
    for seed in range(seeds):
        for method, count in results:
            pictures = target.train.per_class(count, seed=seed)
            task = Task(pictures, target.test, (card.mean, card.std), EPOCHS[count], seed)
            started = time.process_time()
            model = METHODS[method](task)
            seconds = time.process_time() - started
            results[method, count].append(Run(*task.accuracies(model), seconds))
            bar.update()
        yield results


def cell(runs: list[Run]) -> str:
    test = [100 * run.test for run in runs]
    train = statistics.mean(100 * run.train for run in runs)
    seconds = statistics.mean(run.seconds for run in runs)
    spread = f" ± {statistics.stdev(test):.1f}" if len(test) > 1 else ""
    return f"{train:.0f} → **{statistics.mean(test):.1f}**{spread} ({seconds:.0f} s)"


def report(results: Results) -> str:
    seeds = len(next(iter(results.values())))
    details = models.card(BACKBONE).details
    lines = [
        "# What a pretrained backbone is worth",
        "",
        "Written by `benchmarks/transfer_table.py`; do not edit by hand.",
        "",
        f"Accuracy in percent, training → **test** ± standard deviation of the test accuracy over "
        f"{seeds} seeds (other pictures, other starting weights, another order), and seconds of "
        f"processor time to train (one thread, {platform.machine()}, torch {torch.__version__}). "
        "With 500 a class every seed has all the pictures there are. The three classes of "
        f"`{TARGET}` are balanced, so guessing scores 33.3; the test has 1,500 pictures.",
        "",
        "| method | " + " | ".join(f"{count} a class" for count in EPOCHS) + " |",
        "|---|" + "---|" * len(EPOCHS),
    ]
    for method in METHODS:
        cells = " | ".join(cell(results[method, count]) for count in EPOCHS)
        lines.append(f"| {method} | {cells} |")
    epochs = ", ".join(f"{EPOCHS[count]} epochs at {count} a class" for count in EPOCHS)
    lines += [
        "",
        f"Every method: SGD with Nesterov momentum 0.9, weight decay 5e-4, batches of {BATCH}, "
        f"warm-up and cosine, {epochs}. Learning rates: {SCRATCH_LR} from scratch, {HEAD_LR} for "
        f"heads, {BACKBONE_LR} for pretrained layers. Nothing is augmented. "
        "Features of frozen layers are computed once.",
        "",
        f"The backbone has {details['parameters']:,} parameters and was trained on "
        f"{details['data']['training_pictures']:,} pictures of sixty other silhouettes, of which "
        f"it recognises {100 * details['measured']['test_accuracy_as_stored']:.1f} % of unseen "
        "ones. Source and target come from the same renderer: colours, textures and clutter are "
        "of one kind, and only the silhouettes are new. Nothing here says how much the backbone "
        "helps on pictures from elsewhere.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("docs/transfer.md"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    for results in measure(options.seeds):
        options.out.write_text(report(results), encoding="utf-8")


if __name__ == "__main__":
    main()
