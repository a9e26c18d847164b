"""Small filters: LeNet-5 beside a VGG about as large, its stack as one filter, and more depth."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from stories.ladder import LENET
from stories.story import Claim, Setting, Story
from stories.training import train

CONFIG = [(1, 16), (1, 32), (2, 64)]
DEEPER = [(1, 16), (1, 32), (10, 64)]


def _row(network: str, options: dict[str, Any], epochs: int) -> Setting:
    return Setting(
        network=network,
        options=options,
        images=12_000,
        side=32,
        epochs=epochs,
        batch_size=32,
        lr=0.05,
        augment=True,
        test_images=1_000,
    )


def _tiny(config: list[tuple[int, int]], images: int) -> Setting:
    setting = _row("small filters", {"config": config}, 5)
    return replace(setting, images=images, side=16, augment=False, test_images=100)


def _rows(epochs: int, tiny_images: int) -> dict[str, Setting]:
    return {
        "LeNet-5": _row("lenet5", LENET, epochs),
        "VGG": _row("small filters", {"config": CONFIG}, epochs),
        "one large filter": _row("large filters", {"config": CONFIG}, epochs),
        "VGG, 16×16": _tiny(CONFIG, tiny_images),
        "deeper, 16×16": _tiny(DEEPER, tiny_images),
    }


STORY = Story(
    name="vgg",
    title="Small filters",
    about=(
        "LeNet-5 in its modern form; a VGG (1×16, 1×32, 2×64, one dense layer, no batch norm) that "
        "has about as many parameters and does more work with them; and this VGG with its two 3×3 "
        "layers in one 5×5, which sees as far. The last two rows are this VGG and one with "
        "eight layers more in its last block, on few small pictures: look at the training figures. "
        "Nothing is claimed about the large filter: read its row."
    ),
    rows={"lesson": _rows(6, 3_000), "full": _rows(12, 6_000)},
    claims=(Claim("VGG", "LeNet-5"), Claim("VGG, 16×16", "deeper, 16×16", "train_loss")),
    train=train,
)
