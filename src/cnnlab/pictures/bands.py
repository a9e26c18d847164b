"""Lines with their spread: a measurement of several runs against a setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor

from cnnlab.pictures.picture import MUTED, PALETTE, Picture, style

MARKERS = ("o", "s", "^", "D")


def bands(
    settings: Sequence[float],
    tables: Mapping[str, Tensor],
    *,
    xlabel: str,
    ylabel: str = "accuracy (%)",
    chance: float | None = None,
    title: str | None = None,
) -> Picture:
    """Fractions by setting, in percent: the mean over the runs, and a band from lowest to highest.

    Each table has one row for each run and one column for each setting.

    >>> import torch
    >>> table = torch.tensor([[1.0, 0.5], [1.0, 0.3]])
    >>> bands([0, 4], {"net": table}, xlabel="pixels").alt
    'accuracy (%) by pixels, from 0 to 4. net: 100 to 40, mean of 2 runs.'
    """
    with style():
        picture = Picture(6.4, 3.7 if title else 3.4)
        axes = picture.subplots()
        for index, (name, table) in enumerate(tables.items()):
            percent, colour = 100 * table, PALETTE[index % len(PALETTE)]
            marker = MARKERS[index % len(MARKERS)]
            axes.plot(settings, percent.mean(0), marker=marker, color=colour, label=name)
            axes.fill_between(settings, percent.amin(0), percent.amax(0), color=colour, alpha=0.2)
        if chance is not None:
            axes.axhline(100 * chance, color=MUTED, linestyle=":", label="guessing")
        axes.set(xlabel=xlabel, ylabel=ylabel, ylim=(0, 102), xticks=list(settings))
        axes.legend()
        picture.headline(title)
    told = "; ".join(
        f"{name}: {100 * table[:, 0].mean():.0f} to {100 * table[:, -1].mean():.0f}, "
        f"mean of {len(table)} runs"
        for name, table in tables.items()
    )
    head = f"{ylabel} by {xlabel}, from {settings[0]:g} to {settings[-1]:g}"
    picture.alt = (f"{title}. " if title else "") + f"{head}. {told}."
    return picture
