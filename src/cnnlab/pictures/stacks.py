"""Pictures of stacked layers: what one output sees, what each part holds, how shapes change."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from cnnlab.pictures.picture import PALETTE, PAPER, Picture, style

UNSEEN = "#dddddd"
NARROW = 3.0  # percent; a narrower part has no room for its number


def receptive_cone(layers: int) -> Picture:
    """A row of positions in each of `layers` layers of 3×3; coloured is what the top one sees.

    >>> receptive_cone(2).alt
    'One output of 2 layers of 3×3, from the top down: it depends on 1, 3, 5 positions in a row.'
    """
    with style():
        picture = Picture(6.4, 0.5 * (layers + 1) + 0.3)
        axes = picture.subplots()
        for level in range(layers + 1):
            reach = layers - level
            for position in range(-layers - 1, layers + 2):
                colour = PALETTE[0] if abs(position) <= reach else UNSEEN
                axes.scatter(position, level, marker="s", s=300, color=colour)
        names = ["image", *(f"after layer {number}" for number in range(1, layers + 1))]
        axes.set_yticks(range(layers + 1), names)
        axes.set(ylim=(-0.6, layers + 0.6), xticks=[])
        axes.spines[:].set_visible(False)
    widths = ", ".join(str(2 * reach + 1) for reach in range(layers + 1))
    picture.alt = (
        f"One output of {layers} layers of 3×3, from the top down: it depends on {widths} "
        "positions in a row."
    )
    return picture


def share_bars(rows: Mapping[str, Mapping[str, float]], xlabel: str) -> Picture:
    """One bar for each row, divided into parts in percent; all rows have the same parts.

    >>> share_bars({"weights": {"conv": 1.0, "dense": 3.0}}, "share (%)").alt
    'share (%): weights: conv 25.0 %, dense 75.0 %.'
    """
    told = []
    with style():
        picture = Picture(6.4, 0.6 + 0.7 * len(rows))
        axes = picture.subplots()
        for row, (name, parts) in enumerate(rows.items()):
            left, whole = 0.0, sum(parts.values())
            shares = {part: 100 * amount / whole for part, amount in parts.items()}
            for (part, share), colour in zip(shares.items(), PALETTE, strict=False):
                axes.barh(row, share, left=left, color=colour, label=None if row else part)
                if share > NARROW:
                    middle = left + share / 2
                    axes.text(middle, row, f"{share:.0f} %", ha="center", va="center", color=PAPER)
                left += share
            told.append(f"{name}: " + ", ".join(f"{p} {s:.1f} %" for p, s in shares.items()))
        axes.set_yticks(range(len(rows)), list(rows))
        axes.invert_yaxis()
        axes.set(xlabel=xlabel, xlim=(0, 100))
        axes.legend(ncols=2, loc="lower left", bbox_to_anchor=(0, 1))
    picture.alt = f"{xlabel}: {'; '.join(told)}."
    return picture


def shape_bars(shapes: Sequence[tuple[int, int, int]], names: Sequence[str]) -> Picture:
    """Side, channels and numbers of feature maps (C, H, W) on their way through a network.

    >>> shape_bars([(3, 32, 32), (16, 16, 16)], ["image", "block 1"]).alt
    'image: 3 channels of 32×32; block 1: 16 channels of 16×16.'
    """
    columns = {
        "side": [float(height) for _, height, _ in shapes],
        "channels": [float(channels) for channels, _, _ in shapes],
        "numbers, thousands": [math.prod(shape) / 1000 for shape in shapes],
    }
    with style():
        picture = Picture(7.6, 2.6)
        panels = picture.subplots(1, len(columns))
        for axes, (title, values), colour in zip(panels, columns.items(), PALETTE, strict=False):
            drawn = axes.bar(range(len(shapes)), values, color=colour)
            axes.bar_label(drawn, [f"{value:.0f}" for value in values], fontsize=8)
            axes.set_title(title, fontsize=10)
            axes.set_xticks(range(len(shapes)), names, rotation=60, fontsize=8)
            axes.set_yticks([])
            axes.spines["left"].set_visible(False)
    picture.alt = (
        "; ".join(
            f"{name}: {channels} channels of {height}×{width}"
            for name, (channels, height, width) in zip(names, shapes, strict=True)
        )
        + "."
    )
    return picture
