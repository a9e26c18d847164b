"""Unit 06, sections 6 and 10: dropout, and choosing an epoch by the images that judge it."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnnlab import data, recipes
from cnnlab.data import Dataset
from cnnlab.exercises.u06_training.design_recipe import TOOLS
from stories.measured import percent
from stories.story import Found, Statement, Story

CHOSEN_BY, OTHERS = "on the 100 images that chose the epoch", "on 100 others"
PLAIN, DROPPED = "dropout 0", "dropout 0.2"


@lru_cache(maxsize=1)
def shapes(seed: int) -> Dataset:
    """The lesson's images, but drawn by the seed."""
    whole = data.load("shapes10", seed=seed, n_train=3_000, n_test=2_000, image_size=16)
    return whole.with_validation(n=1_000, seed=0)


def choose(seed: int, recipe: dict[str, Any], times: int) -> Found:
    """One run; then 100 validation images choose the epoch and 100 others judge it."""
    losses: list[float] = []
    right: list[Tensor] = []
    x, y = next(iter(shapes(seed).batches("validation", 1000)))

    @torch.no_grad()
    def watch(epoch: int, model: nn.Module) -> None:
        logits = model.eval()(x)
        losses.append(float(F.cross_entropy(logits, y)))
        right.append((logits.argmax(dim=1) == y).float())

    recipes.train(recipe, shapes(seed), seed, TOOLS, after_epoch=watch)
    table = torch.stack(right)  # (epochs, images)
    generator = torch.Generator().manual_seed(seed)
    claimed, true = [], []
    for _ in range(times):
        order = torch.randperm(table.shape[1], generator=generator)
        chosen = table[:, order[:100]].mean(dim=1).argmax()
        claimed.append(100 * float(table[chosen, order[:100]].mean()))
        true.append(100 * float(table[chosen, order[100:200]].mean()))
    return {
        CHOSEN_BY: {"right": sum(claimed) / times},
        OTHERS: {"right": sum(true) / times},
        "the epoch with the lowest validation loss": {"epoch": 1 + losses.index(min(losses))},
    }


def drop(seed: int, dropout: float, recipe: dict[str, Any]) -> Found:
    model = recipes.train({**recipe, "dropout": dropout}, shapes(seed), seed, TOOLS)
    return {f"dropout {dropout:g}": {"right": percent(model, shapes(seed), "validation")}}


LADDER = {
    "lr": 0.1,
    "schedule": "warmup_cosine",
    "momentum": 0.9,
    "crop_and_flip": 1,
    "weight_decay": 0.005,
}
STORY = Story(
    name="early_stopping",
    unit="06_training",
    title="Unit 06: dropout, and choosing an epoch",
    about=(
        "The network of the ladder with dropout and without, on 1,000 validation images after 20 "
        "epochs. Then a run of 15 epochs at a constant rate: the epoch is chosen by 100 validation "
        "images, a thousand times, and judged by them and by others. A seed draws other images, "
        "too."
    ),
    columns={"right": "right answers, %", "epoch": "epoch"},
    runs={
        "choice": partial(choose, recipe={"lr": 0.01, "momentum": 0.9, "epochs": 15}, times=1_000),
        PLAIN: partial(drop, dropout=0.0, recipe=LADDER),
        DROPPED: partial(drop, dropout=0.2, recipe=LADDER),
    },
    statements=(
        Statement(
            "Here it costs accuracy.",
            "with dropout, validation accuracy is lower",
            lambda found: found[DROPPED]["right"] < found[PLAIN]["right"],
        ),
        Statement(
            "for it isn't the last",
            "the epoch with the lowest validation loss",
            lambda found: found["the epoch with the lowest validation loss"]["epoch"] < 15,
        ),
        Statement(
            "If you choose by the test images, you report the first number and get the second in "
            "real life.",
            "the images that chose the epoch promise more than others keep",
            lambda found: found[CHOSEN_BY]["right"] > found[OTHERS]["right"],
        ),
    ),
    same=(
        'constant = {"lr": 0.01, "momentum": 0.9, "epochs": 15}',
        "for dropout in (0.0, 0.2):",
        'climb("+ weight decay", weight_decay=0.005)',
        'load("shapes10", seed=0, n_train=3_000, n_test=2_000, image_size=16)',
    ),
    data=("shapes10",),
)
