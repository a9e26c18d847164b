"""The ladder: from a linear classifier to a residual network on the same pictures."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from stories.story import Claim, Setting, Story
from stories.training import train

LIGHT_VGG, VGG = [(1, 16), (1, 32), (2, 64)], [(2, 16), (2, 32), (2, 64)]
LENET = {"in_channels": 3, "image_size": 32, "modern": True}


def _networks(vgg: list[tuple[int, int]]) -> dict[str, tuple[str, dict[str, Any], float]]:
    """Row: network, its options, learning rate."""
    return {
        "linear": ("linear", {}, 0.001),
        "MLP": ("mlp", {}, 0.02),
        "LeNet-5": ("lenet5", LENET, 0.05),
        "VGG": ("vgg", {"config": vgg, "dropout": 0.0}, 0.05),
        "VGG+BN": ("vgg", {"config": vgg, "dropout": 0.0, "batch_norm": True}, 0.1),
        "ResNet-20": ("resnet20", {"width": 16}, 0.1),
    }


def _rows(
    epochs: int, batch_size: int, networks: Mapping[str, tuple[str, dict[str, Any], float]]
) -> dict[str, Setting]:
    return {
        row: Setting(
            network=network,
            options=options,
            images=12_000,
            side=32,
            epochs=epochs,
            batch_size=batch_size,
            lr=lr,
            augment=True,
        )
        for row, (network, options, lr) in networks.items()
    }


FULL = _rows(10, 64, _networks(VGG))
LESSON = _rows(6, 32, _networks(LIGHT_VGG))
del LESSON["ResNet-20"]  # it takes longer than a lesson has


def _words(config: list[tuple[int, int]]) -> str:
    return ", ".join(f"{convs}×{channels}" for convs, channels in config)


STORY = Story(
    name="ladder",
    title="The accuracy ladder",
    about=(
        "Every network saw the same pictures as often, mirrored and shifted by up to 2 pixels, "
        "with SGD, warm-up and cosine; each has a learning rate that suits it. The lesson's VGG is "
        f"{_words(LIGHT_VGG)}, the full one {_words(VGG)}, without dropout; the ResNet has widths "
        "16, 32, 64. Parameters and time differ too: read those columns before you name a winner. "
        "The ResNet takes longer than a lesson has, so it stands in the full size alone."
    ),
    rows={"lesson": LESSON, "full": FULL},
    claims=tuple(Claim(better, worse) for worse, better in pairwise(FULL)),
    train=train,
)
