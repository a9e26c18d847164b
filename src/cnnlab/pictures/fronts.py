"""Points of cost and score, and the line of those that no other beats."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

from cnnlab.pictures.picture import INK, MUTED, PALETTE, Picture, style


def front(
    costs: Sequence[float],
    scores: Sequence[float],
    on_front: Sequence[int],
    xlabel: str,
    ylabel: str,
    title: str | None = None,
) -> Picture:
    """All points, and those on the front joined by steps; costs on a logarithmic axis.

    >>> front([1, 2, 4], [0.5, 0.4, 0.7], [0, 2], "multiply-adds", "accuracy").alt
    'accuracy over multiply-adds for 3 points; 2 are on the front, from 1 and 0.5 to 4 and 0.7.'
    """
    with style():
        picture = Picture(7.2, 3.4)
        axes = picture.subplots()
        beaten = [index for index in range(len(costs)) if index not in set(on_front)]
        axes.scatter(
            [costs[i] for i in beaten],
            [scores[i] for i in beaten],
            color=MUTED,
            marker="x",
            s=26,
            label="beaten by another",
        )
        best = [(costs[i], scores[i]) for i in on_front]
        x, y = [cost for cost, _ in best], [score for _, score in best]
        axes.step(x, y, where="post", color=PALETTE[1], linewidth=1.4)
        axes.scatter(x, y, color=PALETTE[1], edgecolor=INK, s=44, label="on the front")
        axes.set(xlabel=xlabel, ylabel=ylabel, xscale="log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axes.grid(True, axis="y")
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
        picture.headline(title)
    (cheap, low), (dear, high) = best[0], best[-1]
    picture.alt = (
        f"{ylabel} over {xlabel} for {len(costs)} points; {len(best)} are on the front, from "
        f"{cheap:g} and {low:g} to {dear:g} and {high:g}."
    )
    return picture
