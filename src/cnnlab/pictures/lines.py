"""Lines over a common axis, each with a mark of its own, so that grey prints tell them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cnnlab.pictures.picture import INK, PALETTE, Picture, style

MARKS = "os^Dv*"


def lines(
    series: Mapping[str, Sequence[float]],
    xlabel: str,
    ylabel: str,
    title: str | None = None,
    log: bool = False,
    first: int = 1,
    verticals: Mapping[str, float] | None = None,
) -> Picture:
    """One line for each name, over first, first + 1, …; `verticals` are drawn dashed and named.

    >>> lines({"a": [1.0, 3.0], "b": [2.0, 1.0, 0.5]}, "epoch", "loss").alt
    'loss over epoch. a: 1 to 3; b: 2 to 0.5.'
    """
    with style():
        picture = Picture(7.2, 3.1)
        axes = picture.subplots()
        for index, (name, values) in enumerate(series.items()):
            mark = MARKS[index % len(MARKS)] if len(values) < 60 else ""
            x = range(first, first + len(values))
            colour = PALETTE[index % len(PALETTE)]
            axes.plot(x, list(values), marker=mark, markersize=4, color=colour, label=name)
        for index, (name, place) in enumerate((verticals or {}).items()):
            style_of_line = ("--", ":", "-.")[index % 3]
            axes.axvline(place, color=INK, linestyle=style_of_line, linewidth=1.2, label=name)
        axes.set(xlabel=xlabel, ylabel=ylabel)
        if log:
            axes.set_yscale("log")
        axes.grid(True, axis="y")
        if len(series) > 1 or verticals:
            axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
        picture.headline(title)
    told = [f"{name}: {values[0]:.3g} to {values[-1]:.3g}" for name, values in series.items()]
    told += [f"{name} at {place:g}" for name, place in (verticals or {}).items()]
    head = f"{title}. " if title else ""
    picture.alt = f"{head}{ylabel} over {xlabel}. {'; '.join(told)}."
    return picture
