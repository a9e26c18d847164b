"""A drawing of the blocks of unit 05: without a shortcut, with one, and with a projection."""

from __future__ import annotations

from itertools import pairwise

from matplotlib.axes import Axes

from cnnlab.pictures.picture import INK, PALETTE, Picture, style

COLUMNS = {
    "plain block": "",
    "residual block": "x itself\n(identity)",
    "residual block, shapes differ": "conv 1×1\nbatch norm",
}


def residual_blocks() -> Picture:
    """The three blocks side by side."""
    with style():
        picture = Picture(7.4, 4.0)
        for axes, (title, shortcut) in zip(picture.subplots(1, 3), COLUMNS.items(), strict=True):
            axes.set(xlim=(-1.7, 2.3), ylim=(0, 6.4))
            axes.set_title(title, fontsize=10)
            axes.axis("off")
            _draw_block(axes, shortcut)
    picture.alt = (
        "Three blocks. Plain: two convolutions with batch norm, a ReLU between and after them. "
        "Residual: the two convolutions are F(x); the input also runs past them and is added "
        "before the last ReLU; "
        "where shapes differ, it passes a 1×1 convolution and batch norm on the way."
    )
    return picture


def _draw_block(axes: Axes, shortcut: str) -> None:
    steps = ["x", "conv 3×3\nbatch norm", "ReLU", "conv 3×3\nbatch norm", "+", "ReLU"]
    heights = [6.0, 4.9, 3.8, 2.7, 1.5, 0.4]
    if not shortcut:
        steps.remove("+")
    shown = list(zip(heights, steps, strict=False))
    for (upper, above), (lower, below) in pairwise(shown):
        _arrow(axes, (0, upper - _half(above)), (0, lower + _half(below)), INK)
    for height, step in shown:
        _box(axes, 0, height, step, PALETTE[0])
    if shortcut:
        axes.plot([0.17, 1.5, 1.5], [6, 6, 1.5], color=PALETTE[1], lw=1.6)
        _arrow(axes, (1.5, 1.5), (0.17, 1.5), PALETTE[1])
        _box(axes, 1.5, 3.8, shortcut, PALETTE[1])
        axes.plot([-0.95, -1.1, -1.1, -0.95], [5.2, 5.2, 2.4, 2.4], color=INK, lw=1)
        axes.text(-1.2, 3.8, "F(x)", ha="right", va="center", fontsize=9)


def _box(axes: Axes, x: float, y: float, text: str, colour: str) -> None:
    frame = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": colour, "lw": 1.6}
    axes.text(x, y, text, ha="center", va="center", fontsize=8, bbox=frame)


def _half(step: str) -> float:
    """Half the height of the box around this text."""
    return 0.3 if "\n" in step else 0.19


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    axes.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": colour, "lw": 1.6})
