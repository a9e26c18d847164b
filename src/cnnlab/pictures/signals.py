"""Pictures of deep networks in trouble: the signal layer by layer, training at several rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cnnlab.pictures.picture import PALETTE, Picture, style

MARKS = "os^Dvx*"


def signal_by_layer(towers: Mapping[str, Sequence[float]], title: str) -> Picture:
    """The standard deviation after each layer, on a logarithmic axis, for towers by name.

    >>> signal_by_layer({"std 0.02": [0.1, 0.01]}, "Signal").alt
    'Signal, on a logarithmic axis: std 0.02 ends at 1.0e-02.'
    """
    with style():
        picture = Picture(6.8, 3.2)
        axes = picture.subplots()
        for index, (name, sizes) in enumerate(towers.items()):
            axes.plot(
                range(1, len(sizes) + 1),
                sizes,
                color=PALETTE[index % len(PALETTE)],
                marker=MARKS[index % len(MARKS)],
                markersize=4,
                label=name,
            )
        axes.set(yscale="log", xlabel="layer", ylabel="std of the output", title=title)
        longest = max(len(sizes) for sizes in towers.values())
        axes.set_xticks([1, *range(5, longest + 1, 5)])
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    told = "; ".join(f"{name} ends at {sizes[-1]:.1e}" for name, sizes in towers.items())
    picture.alt = f"{title}, on a logarithmic axis: {told}."
    return picture


def accuracy_by_rate(panels: Mapping[str, Mapping[float, Sequence[float]]]) -> Picture:
    """Training accuracy over the epochs: one panel for each name, one line for each rate.

    `panels` maps a title to a dict from learning rate to the accuracy after each epoch.

    >>> accuracy_by_rate({"with": {0.1: [0.2, 0.9]}}).alt
    'Training accuracy over 2 epochs. with, rate 0.1: ends at 90 %.'
    """
    told, epochs = [], 0
    with style():
        picture = Picture(8.4, 3.4)
        drawn = picture.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for axes, (title, lines) in zip(drawn, panels.items(), strict=True):
            for index, (rate, accuracies) in enumerate(lines.items()):
                epochs = max(epochs, len(accuracies))
                axes.plot(
                    range(1, len(accuracies) + 1),
                    [100 * accuracy for accuracy in accuracies],
                    color=PALETTE[index % len(PALETTE)],
                    marker=MARKS[index % len(MARKS)],
                    markersize=4,
                    label=f"{rate:g}",
                )
                told.append(f"{title}, rate {rate:g}: ends at {100 * accuracies[-1]:.0f} %")
            axes.set(title=title, xlabel="epoch", ylim=(0, 102))
        drawn[0].set_ylabel("training accuracy (%)")
        drawn[-1].legend(title="learning rate", loc="upper left", bbox_to_anchor=(1, 1))
    picture.alt = f"Training accuracy over {epochs} epochs. {'; '.join(told)}."
    return picture
