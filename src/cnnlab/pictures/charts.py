"""Charts of measurements: learning curves of one or many runs, and bars."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, PercentFormatter

from cnnlab.errors import CnnlabError
from cnnlab.pictures.picture import INK, PALETTE, Picture, style

MARKS = ("o", "s", "^", "D", "v", "P", "X")
MOST_MARKS = 12  # on a line: more would hide it


class Run(Protocol):
    """What a chart needs of the record of a training run, such as the `History` of `fit`."""

    rows: list[Any]

    def column(self, name: str) -> list[float]:
        """One number for each epoch: its "epoch", its "train_loss", and so on."""


def curves(
    runs: Run | Sequence[Run] | Mapping[str, Run | Sequence[Run]],
    title: str | None = None,
    log_loss: bool = False,
) -> Picture:
    """Loss and accuracy over the epochs: training dashed, validation solid.

    `runs` is a `History`, several of one experiment (their mean, with a band of one standard
    deviation, cut where it would leave the range of the runs), or a dict from a name to either.

    >>> from cnnlab.training import Epoch, History
    >>> rows = [Epoch(1, 2.0, 0.3, 2.1, 0.2, 0.1, 1.0), Epoch(2, 1.0, 0.7, 1.2, 0.6, 0.1, 1.0)]
    >>> curves({"LeNet": History(rows=rows)}).alt
    'Learning curves over 2 epochs. LeNet: training loss 2 to 1, validation accuracy 20% to 60%.'
    """
    groups = _groups(runs)
    longest = max(len(run.rows) for group in groups.values() for run in group)
    with style():
        picture = Picture(8.4, 3.3 if title else 3.0)
        loss_axes, accuracy_axes = picture.subplots(1, 2)
        # Before anything is drawn: limits chosen for a linear axis would not fit a logarithmic one.
        if log_loss and any(loss > 0 for group in groups.values() for loss in _losses(group)):
            loss_axes.set_yscale("log")
        named = len(groups) > 1 or "" not in groups
        for index, (name, group) in enumerate(groups.items()):
            for axes, what in ((loss_axes, "loss"), (accuracy_axes, "accuracy")):
                for part, dashes in (("train", (0, (4, 2))), ("validation", "-")):
                    label = f"{name} {part}".strip() if not named or len(groups) == 1 else None
                    if named and len(groups) > 1 and part == "validation":
                        label = name
                    _line(axes, group, f"{part}_{what}", index, dashes, label, len(groups) > 1)
        loss_axes.set_title("loss")
        accuracy_axes.set_title("accuracy")
        accuracy_axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        low, high = accuracy_axes.get_ylim()
        if high - low < 0.08:  # whole percents would repeat along the axis
            middle = (low + high) / 2
            accuracy_axes.set_ylim(middle - 0.04, middle + 0.04)
        _leave_explosions_out_of_view(loss_axes, groups)
        for axes in (loss_axes, accuracy_axes):
            axes.set_xlabel("epoch")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
            axes.grid(True, axis="y")
        _legend(accuracy_axes, groups)
        picture.headline(title, size=12)
    told = "; ".join(_told(name, group) for name, group in groups.items())
    head = f"Learning curves over {longest} epoch{'s' if longest > 1 else ''}"
    picture.alt = (f"{title}. " if title else "") + f"{head}. {told}."
    return picture


def _groups(runs: Any) -> dict[str, list[Run]]:
    """Every accepted form as name → runs; runs without a single row are left out."""
    named = runs if isinstance(runs, Mapping) else {"": runs}
    groups = {}
    for name, value in named.items():
        group = [value] if hasattr(value, "rows") else list(value)
        group = [run for run in group if run.rows]
        if group:
            groups[str(name)] = group
    if not groups:
        raise CnnlabError(
            "There are no epochs to draw: the histories are empty. Train with fit(...) first."
        )
    return groups


def _leave_explosions_out_of_view(axes: Axes, groups: Mapping[str, Sequence[Run]]) -> None:
    """Let an exploding run leave by the top, so that it does not flatten the others."""
    usual = min(run.column("train_loss")[0] for group in groups.values() for run in group)
    if math.isfinite(usual) and usual > 0 and axes.get_ylim()[1] > 5 * usual:
        bottom = axes.get_ylim()[0] if axes.get_yscale() == "log" else 0  # no loss is below 0
        axes.set_ylim(bottom, 3 * usual)


def _losses(group: Sequence[Run]) -> list[float]:
    columns = ("train_loss", "validation_loss")
    return [loss for run in group for column in columns for loss in run.column(column)]


def _line(
    axes: Axes,
    group: Sequence[Run],
    column: str,
    index: int,
    dashes: Any,
    label: str | None,
    several: bool,
) -> None:
    """The mean of a column over the runs, and its spread where there are several."""
    epochs = sorted({int(e) for run in group for e in run.column("epoch")})
    table = np.full((len(group), len(epochs)), math.nan)
    for row, run in enumerate(group):
        for epoch, value in zip(run.column("epoch"), run.column(column), strict=True):
            table[row, epochs.index(int(epoch))] = value if math.isfinite(value) else math.nan
    drawn = ~np.isnan(table).all(0)
    if not drawn.any():
        return
    x, table = np.array(epochs)[drawn], table[:, drawn]
    mean = np.nanmean(table, 0)
    colour = PALETTE[index % len(PALETTE)]
    # Colour alone doesn't tell runs apart in print, or to every eye.
    marker = MARKS[(index + index // len(PALETTE)) % len(MARKS)] if several or len(x) == 1 else None
    faded = 0.75 if column.startswith("train") else 1.0
    axes.plot(
        x,
        mean,
        color=colour,
        linestyle=dashes,
        label=label,
        marker=marker,
        markevery=max(1, -(-len(x) // MOST_MARKS)),
        markersize=4,
        alpha=faded,
    )
    if len(group) > 1:
        spread = np.nanstd(table, 0)
        # One far run can make the spread larger than the mean: no loss below 0, nor above 100 %.
        low, high = np.nanmin(table, 0), np.nanmax(table, 0)
        edges = np.clip([mean - spread, mean + spread], low, high)
        axes.fill_between(x, *edges, color=colour, alpha=0.15, linewidth=0)


def _legend(axes: Axes, groups: Mapping[str, Sequence[Run]]) -> None:
    handles, labels = axes.get_legend_handles_labels()
    many = len(groups) > 1
    if many:
        handles += [
            axes.plot([], [], color=INK, linestyle=(0, (4, 2)))[0],
            axes.plot([], [], color=INK)[0],
        ]
        labels += ["train", "validation"]
    repeats = {len(group) for group in groups.values() if len(group) > 1}
    if repeats:
        handles.append(Patch(color=INK, alpha=0.15, linewidth=0))
        labels.append(f"± 1 std. of {' or '.join(map(str, sorted(repeats)))} runs")
    if many:
        axes.legend(handles, labels, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    else:
        axes.legend(handles, labels)


def _told(name: str, group: Sequence[Run]) -> str:
    def span(column: str, form: str) -> str:
        length = max(len(run.rows) for run in group)
        means = [
            float(np.mean([run.column(column)[e] for run in group if e < len(run.rows)]))
            for e in range(length)
        ]
        seen = [mean for mean in means if math.isfinite(mean)]
        if not seen:
            return "never a number"
        text = f"{seen[0]:{form}} to {seen[-1]:{form}}"
        return text if math.isfinite(means[-1]) else f"{text}, at last not a number"

    parts = [f"training loss {span('train_loss', '.3g')}"]
    validated = any(math.isfinite(value) for value in group[0].column("validation_accuracy"))
    column = "validation_accuracy" if validated else "train_accuracy"
    parts.append(f"{column.replace('_', ' ').replace('train ', 'training ')} {span(column, '.0%')}")
    if len(group) > 1:
        parts.append(f"mean of {len(group)} runs")
    return f"{name}: {', '.join(parts)}" if name else ", ".join(parts)


def bars(
    values: Mapping[str, float | Sequence[float]],
    title: str | None = None,
    unit: str = "",
    form: str = ".3g",
) -> Picture:
    """Named measurements as horizontal bars with their values; several a name give mean ± spread.

    `form` is how numbers are written, for example ".0%" or ",".

    >>> bars({"LeNet": 61_706, "VGG": 205_000}, unit="parameters", form=",").alt
    'Bars: LeNet 61,706 parameters; VGG 205,000 parameters.'
    """
    if not values:
        raise CnnlabError("There is nothing to draw: pass a dict from names to numbers.")
    names = [str(name) for name in values]
    samples = [np.atleast_1d(np.asarray(value, dtype=float)) for value in values.values()]
    means = [float(sample.mean()) for sample in samples]
    spreads = [float(sample.std()) for sample in samples]
    texts = [
        "no number"
        if math.isnan(mean)
        else format(int(mean) if form == "," and mean == int(mean) else mean, form)
        + (f" ± {format(spread, form)}" if len(sample) > 1 else "")
        + (f" {unit}" if unit else "")
        for mean, spread, sample in zip(means, spreads, samples, strict=True)
    ]
    with style():
        picture = Picture(7.0, 0.36 * len(names) + (0.55 if title else 0.25))
        axes = picture.add_subplot()
        drawn = axes.barh(
            names,
            np.nan_to_num(means),
            color=PALETTE[0],
            height=0.62,
            xerr=spreads if any(len(s) > 1 for s in samples) else None,
            error_kw={"ecolor": INK, "elinewidth": 1.2, "capsize": 3},
        )
        axes.bar_label(drawn, texts, padding=5, fontsize=9, color=INK)
        axes.invert_yaxis()
        axes.margins(x=0.45 if min(means) < 0 else 0.32)
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_visible(False)
        axes.spines["bottom"].set_visible(False)
        picture.headline(title)
    told = "; ".join(f"{name} {text}" for name, text in zip(names, texts, strict=True))
    picture.alt = (f"{title}. " if title else "") + f"Bars: {told}."
    return picture
