"""The shape calculator: where windows fit along a row of pixels, and which pixels nobody reads."""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.errors import CnnlabError
from cnnlab.pictures.picture import MUTED, PALETTE
from cnnlab.widgets.controls import IntSlider
from cnnlab.widgets.drawing import Drawing
from cnnlab.widgets.shell import Shell

WIDTH = 720.0
MAX_ROWS = 14  # of windows drawn; further ones are counted

TRIES = (
    "Size 7, kernel 3, stride 2: every pixel is read. Now size 8: which one is dropped?",
    "Find the padding that keeps the size for kernel 5 and stride 1. And for kernel 7?",
    "Dilation 2 with kernel 3: how far does the window reach, and how many weights has it?",
)


@dataclass(frozen=True)
class Windows:
    """The windows along one side. Places count from the first pixel; padding lies outside."""

    size: int
    padding: int
    reads: tuple[tuple[int, ...], ...]  # for each window, the places that it reads

    @property
    def count(self) -> int:
        """The output's size."""
        return len(self.reads)

    @property
    def unread(self) -> list[int]:
        """Pixels of the image that no window reads."""
        read = {place for window in self.reads for place in window}
        return [place for place in range(self.size) if place not in read]


def compute(size: int, kernel: int, stride: int, padding: int, dilation: int) -> Windows:
    """The windows of a convolution or pooling along one side."""
    reach = dilation * (kernel - 1) + 1
    room = size + 2 * padding - reach
    if room < 0:
        raise CnnlabError(
            f"A window that reaches over {reach} pixels does not fit into {size + 2 * padding}, "
            "padding included. Use a smaller kernel or dilation, or more padding."
        )
    starts = range(-padding, -padding + room + 1, stride)
    return Windows(
        size, padding, tuple(tuple(start + dilation * k for k in range(kernel)) for start in starts)
    )


def render(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Drawing:
    """The row of pixels, every window below it, and the arithmetic in words."""
    windows = compute(size, kernel, stride, padding, dilation)
    shown = windows.reads[:MAX_ROWS]
    cell = min(30.0, WIDTH / (size + 2 * padding))
    drawing = Drawing(WIDTH + 20, 128 + 16 * len(shown))
    places = range(-padding, size + padding)
    unread = set(windows.unread)
    for place in places:
        x = 10 + (place + padding) * cell
        inside = 0 <= place < size
        fill = PALETTE[1] if place in unread else "#dcebf7" if inside else "#ffffff"
        drawing.rect(x, 40, cell - 2, 24, fill=fill, stroke=MUTED, dashed=not inside)
        if inside and cell > 14:
            ink = "#ffffff" if place in unread else "#222222"
            drawing.text(x + cell / 2 - 1, 56, str(place), 9, "center", fill=ink)
    for row, window in enumerate(shown):
        y = 72 + 16 * row
        left, right = (10 + (place + padding + 0.5) * cell - 1 for place in (window[0], window[-1]))
        drawing.line([(left, y + 6), (right, y + 6)], stroke=PALETTE[0], stroke_width=1)
        for place in window:
            drawing.rect(10 + (place + padding) * cell, y, cell - 2, 12, fill=PALETTE[0])
    below = 72 + 16 * len(shown) + 20
    if len(windows.reads) > MAX_ROWS:
        drawing.text(WIDTH, below - 14, f"… {len(windows.reads) - MAX_ROWS} more", 10, "right")
    sentence = _in_words(windows, kernel, stride, padding, dilation)
    drawing.text(10, 24, f"{size} pixels → {windows.count}", size=13, bold=True)
    drawing.text(10, below, sentence[0], size=11)
    drawing.text(10, below + 18, sentence[1], size=11)
    drawing.alt = f"{size} pixels become {windows.count}. {sentence[0]} {sentence[1]}"
    return drawing


def shape_calculator(size: int = 8) -> Shell:
    """Windows along one side, with sliders for everything that decides how many fit."""
    controls = {
        "size": IntSlider(size, 1, 32, description="size"),
        "kernel": IntSlider(3, 1, 11, description="kernel"),
        "stride": IntSlider(1, 1, 5, description="stride"),
        "padding": IntSlider(0, 0, 5, description="padding"),
        "dilation": IntSlider(1, 1, 4, description="dilation"),
    }
    rows = [["size", "kernel"], ["stride", "padding", "dilation"]]
    shell = Shell(render, controls, TRIES, rows)
    shell.show()
    return shell


def _in_words(
    windows: Windows, kernel: int, stride: int, padding: int, dilation: int
) -> tuple[str, str]:
    sum_of = f"({windows.size} + 2·{padding} − {dilation}·({kernel} − 1) − 1) / {stride}"
    arithmetic = f"Rounded down {sum_of}, plus 1, is {windows.count}."
    unread = windows.unread
    if not unread:
        return arithmetic, "Every pixel is read."
    listed = ", ".join(map(str, unread))
    noun = "pixel" if len(unread) == 1 else "pixels"
    return arithmetic, f"No window reads {noun} {listed}."
