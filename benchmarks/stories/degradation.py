"""Degradation: a deeper plain network is worse on its own training pictures, a residual one not."""

from __future__ import annotations

from stories.story import Claim, Setting, Story
from stories.training import train


def _rows(images: int, epochs: int, batch_size: int, depths: dict[str, list[int]]) -> dict:
    return {
        f"{kind}-{depth}": Setting(
            network={"plain": "small_plain", "residual": "small_resnet"}[kind],
            options={"depth": depth, "width": 8},
            images=images,
            side=16,
            epochs=epochs,
            batch_size=batch_size,
            lr=0.1,
            test_images=1_000,
        )
        for kind, all_depths in depths.items()
        for depth in all_depths
    }


STORY = Story(
    name="degradation",
    title="Degradation: more plain layers, worse on the training pictures",
    about=(
        "Networks of widths 8, 16, 32 with batch norm everywhere, on 16×16 pictures. The training "
        "figures tell the story: a network that is bad on the pictures it learned from does not "
        "overfit. These are short runs: they show that the deep plain network is hard to optimise, "
        "not where it would end after many times as many steps."
    ),
    rows={
        "lesson": _rows(4_000, 10, 64, {"plain": [8, 26], "residual": [26]}),
        "full": _rows(6_400, 15, 64, {"plain": [8, 20, 32, 56], "residual": [20, 32, 56]}),
    },
    claims=(
        # The three rows of unit 5: shallow, deep, and deep with shortcuts. The last is ahead of the
        # first in most runs, but not by more than the spread: that is not claimed.
        Claim("plain-8", "plain-26", "train_loss"),
        Claim("residual-26", "plain-26", "train_loss"),
        # The sweep.
        Claim("plain-8", "plain-32", "train_loss"),
        Claim("plain-20", "plain-32", "train_loss"),
        Claim("residual-20", "plain-20", "train_loss"),
        Claim("residual-32", "plain-32", "train_loss"),
        Claim("residual-56", "plain-56", "train_loss"),
    ),
    train=train,
)
