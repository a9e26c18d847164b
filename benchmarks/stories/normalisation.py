"""Batch norm against learning rates: what it widens is the range of rates that work."""

from __future__ import annotations

from stories.story import Claim, Setting, Story
from stories.training import train

BASE_LR = 0.01
FACTORS = (1, 3, 10, 30)


def _rows(images: int, side: int, epochs: int, config: list[tuple[int, int]]) -> dict[str, Setting]:
    return {
        f"{'with' if batch_norm else 'without'} BN, {factor}×": Setting(
            network="vgg",
            options={
                "config": config,
                "image_size": side,
                "batch_norm": batch_norm,
                "dropout": 0.0,
            },
            images=images,
            side=side,
            epochs=epochs,
            batch_size=32,
            lr=round(BASE_LR * factor, 6),
            test_images=1_000,
        )
        for factor in FACTORS
        for batch_norm in (False, True)
    }


STORY = Story(
    name="bn_lr",
    title="Batch norm and learning rates",
    about=(
        f"The same VGG with and without batch norm at {', '.join(f'{f}×' for f in FACTORS)} the "
        f"learning rate {BASE_LR}, without dropout; warm-up and cosine shape all of them alike. "
        "The hidden dense layers are normalised too. The training figures tell the story, which is "
        "one of optimisation: few small pictures are soon known by heart. Nothing is claimed about "
        "the test figures, which lie within each other's spread at the middle rates; nor about "
        f"{FACTORS[-1]}×, where the network with batch norm learns with some seeds and not with "
        "others."
    ),
    rows={
        "lesson": _rows(2_000, 16, 12, [(1, 16), (1, 32), (2, 64)]),
        "full": _rows(6_000, 32, 10, [(2, 16), (2, 32), (2, 64)]),
    },
    claims=tuple(
        Claim(f"with BN, {factor}×", f"without BN, {factor}×", "train_accuracy")
        for factor in FACTORS[:-1]
    ),
    train=train,
)
