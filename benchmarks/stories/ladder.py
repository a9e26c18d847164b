"""The ladder: from a linear classifier to a residual network on the same pictures."""

from __future__ import annotations

from itertools import pairwise

from stories.story import Claim, Setting, Story
from stories.training import train

VGG = [(2, 16), (2, 32), (2, 64)]
# Row: network, its options, learning rate.
NETWORKS: dict[str, tuple[str, dict, float]] = {
    "linear": ("linear", {}, 0.001),
    "MLP": ("mlp", {}, 0.02),
    "LeNet-5": ("lenet5", {"in_channels": 3, "image_size": 32, "modern": True}, 0.02),
    "VGG": ("vgg", {"config": VGG, "dropout": 0.0}, 0.02),
    "VGG+BN": ("vgg", {"config": VGG, "dropout": 0.0, "batch_norm": True}, 0.05),
    "ResNet-14": ("resnet14", {}, 0.1),
}


def _rows(images: int, epochs: int, test_images: int) -> dict[str, Setting]:
    return {
        row: Setting(
            network=network,
            options=options,
            images=images,
            side=32,
            epochs=epochs,
            batch_size=64,
            lr=lr,
            augment=True,
            test_images=test_images,
        )
        for row, (network, options, lr) in NETWORKS.items()
    }


def _steps() -> tuple[Claim, ...]:
    return tuple(Claim(better, worse) for worse, better in pairwise(NETWORKS))


STORY = Story(
    name="ladder",
    title="The accuracy ladder",
    about=(
        "Every network saw the same pictures as often, mirrored and shifted by up to 2 pixels, "
        "with SGD, warm-up and cosine; each has a learning rate that suits it. The three last "
        "rows differ in parameters and time too, so read those columns before you name a winner."
    ),
    rows={"lesson": _rows(4_000, 8, 2_000), "full": _rows(12_000, 10, 3_000)},
    claims=_steps(),
    train=train,
)
