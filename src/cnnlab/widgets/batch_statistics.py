"""The batch-statistics explorer: what each batch measures, and what the running average keeps."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from cnnlab.pictures.picture import INK, MUTED, PALETTE
from cnnlab.widgets.controls import SelectionSlider
from cnnlab.widgets.drawing import Drawing
from cnnlab.widgets.shell import Shell

BATCHES = 60
WIDE, TALL, LEFT = 620.0, 120.0, 64.0

TRIES = (
    "Batches of 1, 2, 8 and 64: how far do the dots lie from the dashed line?",
    "momentum 1: the running value is the last batch's. momentum 0.01: how many batches does it "
    "need to get near the dashed line?",
    "Which setting would you trust in eval mode for a network trained with batches of 2?",
)


@dataclass(frozen=True)
class Track:
    """One statistic of one channel: of all images, of each batch, and running."""

    true: float
    batch: list[float]
    running: list[float]


def compute(maps: Tensor, size: int, momentum: float, seed: int = 0) -> tuple[Track, Track]:
    """The mean and the variance of one channel, (N, H, W), in batches of `size` drawn from it."""
    flat = maps.detach().float().flatten(1)
    means, squares = flat.mean(1), flat.square().mean(1)
    generator = torch.Generator().manual_seed(seed)
    chosen = torch.randint(len(flat), (BATCHES, size), generator=generator)
    batch_mean = means[chosen].mean(1)
    batch_variance = squares[chosen].mean(1) - batch_mean.square()
    numbers = size * flat.shape[1]
    unbiased = batch_variance * numbers / max(1, numbers - 1)
    return (
        Track(float(flat.mean()), batch_mean.tolist(), _running(batch_mean, 0.0, momentum)),
        Track(float(flat.var()), batch_variance.tolist(), _running(unbiased, 1.0, momentum)),
    )


def _running(values: Tensor, start: float, momentum: float) -> list[float]:
    kept, now = [], start
    for value in values.tolist():
        now = (1 - momentum) * now + momentum * value
        kept.append(now)
    return kept


def render(maps: Tensor, size: int = 8, momentum: float = 0.1) -> Drawing:
    """Two rows, mean and variance: a dot for each batch, a line for the running statistic."""
    drawing = Drawing(WIDE + LEFT + 20, 2 * TALL + 130)
    title = f"{BATCHES} batches of {size}, momentum {momentum:g}"
    drawing.text(10, 22, f"{title}: dots are batches, the line is the running value", 12, bold=True)
    words = []
    tracks = compute(maps, size, momentum)
    for row, (name, track) in enumerate(zip(("mean", "variance"), tracks, strict=True)):
        top = 44 + row * (TALL + 40)
        low = min(*track.batch, *track.running, track.true)
        high = max(*track.batch, *track.running, track.true)
        span = max(high - low, 1e-9)

        def at(index: int, value: float) -> tuple[float, float]:
            x = LEFT + (index + 0.5) * WIDE / BATCHES
            return x, top + TALL * (high - value) / span  # noqa: B023

        drawing.text(8, top + TALL / 2, name, size=11)
        for value, y in ((high, top + 4), (low, top + TALL + 4)):
            drawing.text(LEFT - 6, y, f"{value:.2f}", size=9, align="right", fill=MUTED)
        ends = [at(0, track.true), at(BATCHES - 1, track.true)]
        drawing.line(ends, stroke=INK, stroke_width=1, dashed=True)
        for index, value in enumerate(track.batch):
            x, y = at(index, value)
            drawing.rect(x - 2, y - 2, 4, 4, fill=PALETTE[0])
        line = [at(index, value) for index, value in enumerate(track.running)]
        drawing.line(line, stroke=PALETTE[1], stroke_width=2)
        spread = float(torch.tensor(track.batch).std())
        told = f"{name}: all images {track.true:.2f}, batches vary by ± {spread:.2f}"
        told += f", running value at the end {track.running[-1]:.2f}"
        drawing.text(LEFT, top + TALL + 20, told, size=11)
        words.append(told)
    drawing.alt = f"{title}. {'. '.join(words)}."
    return drawing


def batch_statistics_explorer(maps: Tensor) -> Shell:
    """Batch against running statistics of one channel, (N, H, W), at any batch size."""
    controls = {
        "size": SelectionSlider(
            options=[1, 2, 4, 8, 16, 32, 64, 128], value=8, description="batch size"
        ),
        "momentum": SelectionSlider(
            options=[0.01, 0.03, 0.1, 0.3, 1.0], value=0.1, description="momentum"
        ),
    }
    shell = Shell(
        lambda size, momentum: render(maps, size, momentum), controls, TRIES, [["size", "momentum"]]
    )
    shell.show()
    return shell
