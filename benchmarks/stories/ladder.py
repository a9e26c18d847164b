"""The ladder: from a linear classifier to a residual network on the same pictures."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from stories.story import Claim, Setting, Story
from stories.training import train

VGG = [(1, 16), (1, 32), (2, 64)]
LENET = {"in_channels": 3, "image_size": 32, "modern": True}

# Row: network, its options, learning rate.
NETWORKS: dict[str, tuple[str, dict[str, Any], float]] = {
    "linear": ("linear", {}, 0.001),
    "MLP": ("mlp", {}, 0.02),
    "LeNet-5": ("lenet5", LENET, 0.05),
    "VGG": ("vgg", {"config": VGG, "dropout": 0.0}, 0.05),
    "VGG+BN": ("vgg", {"config": VGG, "dropout": 0.0, "batch_norm": True}, 0.05),
    "ResNet-14": ("resnet14", {"width": 32}, 0.1),
    "ResNet-14, half as wide": ("resnet14", {"width": 16}, 0.1),
}
STEPS = ("linear", "MLP", "LeNet-5", "VGG", "VGG+BN", "ResNet-14")


def _rows(
    images: int, epochs: int, batch_size: int, test_images: int, without: str
) -> dict[str, Setting]:
    return {
        row: Setting(
            network=network,
            options=options,
            images=images,
            side=32,
            epochs=epochs,
            batch_size=batch_size,
            lr=lr,
            augment=True,
            test_images=test_images,
        )
        for row, (network, options, lr) in NETWORKS.items()
        if row != without
    }


STORY = Story(
    name="ladder",
    title="The accuracy ladder",
    about=(
        "Every network saw the same pictures as often, mirrored and shifted by up to 2 pixels, "
        "with SGD, warm-up and cosine; each has a learning rate that suits it. VGG is "
        f"{', '.join(f'{convs}×{channels}' for convs, channels in VGG)} without dropout; the "
        "ResNet's stem has stride 2. Parameters and time differ too: read those columns before "
        "you name a winner. In the lesson's few steps the ResNet cannot show what it is worth, so "
        "nothing is claimed of the narrow one there."
    ),
    rows={
        "lesson": _rows(6_000, 8, 32, 2_000, without="ResNet-14"),
        "full": _rows(12_000, 10, 64, 3_000, without="ResNet-14, half as wide"),
    },
    claims=tuple(Claim(better, worse) for worse, better in pairwise(STEPS)),
    train=train,
)
