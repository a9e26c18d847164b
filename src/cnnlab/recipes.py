"""Train one small network by a recipe that is plain data, so that recipes can be compared.

    tools = {"crop_and_flip": my_crop, "schedule": my_schedule}
    model = recipes.train({"lr": 0.1, "crop_and_flip": 2}, data, seed=0, tools=tools)

The loop is written as PyTorch's own tutorials write it: read it in the notebook of unit 06.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from cnnlab.data import Dataset
from cnnlab.errors import UnknownNameError
from cnnlab.models import make_vgg
from cnnlab.training import evaluate

DEFAULTS: dict[str, Any] = {
    "epochs": 20,
    "batch_size": 128,
    "optimizer": "sgd",  # or "adam", "adamw"
    "lr": 0.1,
    "momentum": 0.0,
    "weight_decay": 0.0,
    "schedule": "constant",  # or "warmup_cosine"
    "warmup": 0.1,  # the share of the steps that warm up
    "crop_and_flip": 0,  # pixels of border around the image
    "hole": 0,  # the side of the hole that cutout makes
    "hole_colour": "mean",  # or "black"
    "mixup": 0.0,  # α of mixup's Beta distribution
    "label_smoothing": 0.0,
    "dropout": 0.0,
}

Tools = Mapping[str, Callable[..., Any]]


def small_vgg(dropout: float = 0.0) -> nn.Sequential:
    """A small VGG with batch norm for colour images of 16×16: 30,742 parameters."""
    return make_vgg(
        [(1, 12), (1, 24), (1, 48)],
        num_classes=10,
        image_size=16,
        hidden=64,
        batch_norm=True,
        dropout=dropout,
    )


def train(
    recipe: Mapping[str, Any],
    data: Dataset,
    seed: int = 0,
    tools: Tools | None = None,
    after_epoch: Callable[[int, nn.Module], None] | None = None,
    network: Callable[[float], nn.Module] = small_vgg,
) -> nn.Module:
    """Train what `network(dropout)` makes by `recipe`; what it leaves out is as in `DEFAULTS`.

    `tools` holds the functions that a recipe may ask for: "crop_and_flip", "cutout", "mixup" and
    "schedule" (which is `warmup_cosine`).
    """
    recipe, tools = complete(recipe), tools or {}
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(seed)
    model = network(recipe["dropout"]).to(device)
    batches = data.batches(
        "train", recipe["batch_size"], seed=seed, augment=augmentation(recipe, data, tools)
    )
    loss_function = nn.CrossEntropyLoss(label_smoothing=recipe["label_smoothing"])
    optimizer = make_optimizer(model, recipe)
    total = recipe["epochs"] * len(batches)
    factor = rate_factor(recipe, total, tools)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)

    for epoch in range(recipe["epochs"]):
        model.train()
        for x, y in batches:
            x, y = x.to(device), y.to(device)
            if recipe["mixup"]:
                x, y = mixed(x, y, recipe["mixup"], tools["mixup"])
            optimizer.zero_grad()
            loss_function(model(x), y).backward()
            optimizer.step()
            scheduler.step()
        if after_epoch is not None:
            after_epoch(epoch, model)
    return model


def accuracies(model: nn.Module, data: Dataset) -> dict[str, float]:
    """The percentage of right answers on each part of the data, unchanged images each time."""
    parts = ("train", "validation", "test")
    return {
        part: 100 * evaluate(model, data.batches(part, 500, shuffle=False)).accuracy
        for part in parts
    }


def complete(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """The recipe with everything that it leaves out; a name that doesn't exist is an error."""
    for name in recipe:
        if name not in DEFAULTS:
            raise UnknownNameError("entry of a recipe", name, list(DEFAULTS))
    return {**DEFAULTS, **recipe}


def make_optimizer(model: nn.Module, recipe: Mapping[str, Any]) -> torch.optim.Optimizer:
    """The optimiser; only weights decay, not biases and the parameters of batch norm."""
    weights = [p for p in model.parameters() if p.dim() >= 2]
    others = [p for p in model.parameters() if p.dim() < 2]
    groups = [
        {"params": weights, "weight_decay": recipe["weight_decay"]},
        {"params": others, "weight_decay": 0.0},
    ]
    if recipe["optimizer"] == "sgd":
        return torch.optim.SGD(groups, lr=recipe["lr"], momentum=recipe["momentum"])
    if recipe["optimizer"] == "adam":
        return torch.optim.Adam(groups, lr=recipe["lr"])
    if recipe["optimizer"] == "adamw":
        return torch.optim.AdamW(groups, lr=recipe["lr"])
    raise UnknownNameError("optimizer", recipe["optimizer"], ["sgd", "adam", "adamw"])


def rate_factor(recipe: Mapping[str, Any], total: int, tools: Tools) -> Callable[[int], float]:
    """What the learning rate is multiplied by in each step; base_lr=1.0 makes it a factor."""
    if recipe["schedule"] == "constant":
        return lambda step: 1.0
    warmup = round(recipe["warmup"] * total)
    return lambda step: tools["schedule"](step, total, warmup, base_lr=1.0)


def augmentation(
    recipe: Mapping[str, Any], data: Dataset, tools: Tools
) -> Callable[[Tensor, torch.Generator], Tensor] | None:
    """Crop and flip, then the hole: what the recipe asks for of the two."""
    border, hole = recipe["crop_and_flip"], recipe["hole"]
    mean = torch.tensor(data.mean).view(-1, 1, 1)
    colour = mean if recipe["hole_colour"] == "mean" else torch.zeros_like(mean)

    def augment(x: Tensor, generator: torch.Generator) -> Tensor:
        if border:
            x = tools["crop_and_flip"](x, border, generator)
        if hole:  # cutout fills with zeros: shift the values, so that zero is the colour we want
            x = tools["cutout"](x - colour, hole, generator) + colour
        return x

    return augment if border or hole else None


def mixed(
    x: Tensor, y: Tensor, alpha: float, mixup: Callable[..., tuple[Tensor, Tensor]]
) -> tuple[Tensor, Tensor]:
    """A batch blended with itself in another order, with a share drawn from Beta(α, α)."""
    share = float(torch.distributions.Beta(alpha, alpha).sample())
    return mixup(x, y, share, torch.randperm(len(x), device=x.device), 10)
