"""Unit 05, sections 2 and 9: how gradients grow in untrained networks."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import nn
from torch.nn import functional as F

from cnnlab import models
from stories.degradation import clothes
from stories.story import Found, Statement, Story

DEPTHS = (8, 26, 50, 98)
NO_NORM_HE, NO_NORM_DEFAULT = "plain-26, no batch norm, He", "plain-26, no batch norm, default"
DEFAULT = "plain-26, batch norm, default"


def norms(model: nn.Module) -> list[float]:
    """The gradient's norm for each weight, from the first convolution to the dense layer."""
    x, y = next(iter(clothes().batches("train", 64, seed=0)))
    weights = [p for p in model.parameters() if p.dim() >= 2]
    gradients = torch.autograd.grad(F.cross_entropy(model(x), y), weights)
    return [gradient.norm().item() for gradient in gradients]


def fresh(
    seed: int, make: Callable[..., nn.Module], depth: int, batch_norm: bool, he: bool
) -> nn.Module:
    """An untrained network in training mode, perhaps without batch norm or He's start."""
    torch.manual_seed(seed)
    model = make(depth, width=8, num_classes=10, in_channels=1).train()
    for module in list(model.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.BatchNorm2d) and not batch_norm:
                setattr(module, name, nn.Identity())
            if isinstance(child, nn.Conv2d) and not he:
                child.reset_parameters()  # torch's default
    return model


def growth(
    seed: int,
    name: str,
    make: Callable[..., nn.Module],
    depth: int,
    batch_norm: bool = True,
    he: bool = True,
) -> Found:
    first, *between, last, _ = norms(fresh(seed, make, depth, batch_norm, he))
    largest = max(first, *between, last)
    return {name: {"growth": math.log10(first / last), "largest": math.log10(largest)}}


def grows(found: Found, row: str) -> float:
    return found[row]["growth"]


plain_26 = partial(growth, make=models.small_plain, depth=26)
STORY = Story(
    name="gradients",
    unit="05_resnet",
    title="Unit 05: gradients in untrained networks",
    about=(
        "The norm of the loss's gradient for each weight, in fresh networks, as powers of ten (2 "
        "means 100 times): the first convolution's divided by the last one's, and the largest of "
        "all convolutions. With batch norm and He's start unless the row says otherwise."
    ),
    columns={"growth": "first ÷ last", "largest": "the largest"},
    runs={
        NO_NORM_DEFAULT: partial(plain_26, name=NO_NORM_DEFAULT, batch_norm=False, he=False),
        NO_NORM_HE: partial(plain_26, name=NO_NORM_HE, batch_norm=False),
        DEFAULT: partial(plain_26, name=DEFAULT, he=False),
        **{
            f"{kind}-{depth}": partial(growth, name=f"{kind}-{depth}", make=make, depth=depth)
            for kind, make in (("plain", models.small_plain), ("residual", models.small_resnet))
            for depth in DEPTHS
        },
    },
    statements=(
        Statement(
            "Every weight's gradient is tiny",
            "without batch norm and with torch's default start, the largest is below 0.001",
            lambda found: found[NO_NORM_DEFAULT]["largest"] < -3,
        ),
        Statement(
            "**With batch norm** nothing vanishes, whichever start we take. The gradient even "
            "*grows* towards the input.",
            "in plain-26, the first convolution's gradient is larger than the last one's, with "
            "both starts",
            lambda found: min(grows(found, "plain-26"), grows(found, DEFAULT)) > 0,
        ),
        Statement(
            "This is **gradient explosion**, and batch norm causes it",
            "the growth is larger with each depth, more than 1,000 times in plain-98, and larger "
            "in plain-26 than without batch norm",
            lambda found: (
                grows(found, "plain-8")
                < grows(found, "plain-26")
                < grows(found, "plain-50")
                < grows(found, "plain-98")
                and grows(found, "plain-98") > 3
                and grows(found, "plain-26") > grows(found, NO_NORM_HE)
            ),
        ),
        Statement(
            "With shortcuts the gradient still grows towards the input, but slowly",
            "in residual-98 it's larger at the first convolution, and grows by less than a "
            "hundredth of what it does in plain-98",
            lambda found: 0 < grows(found, "residual-98") < grows(found, "plain-98") - 2,
        ),
    ),
    same=(
        "for depth in (8, 26, 50, 98):",
        'x, y = next(iter(data.batches("train", 64, seed=0)))',
        "models.small_resnet(depth, 8, in_channels=1)",
    ),
)
