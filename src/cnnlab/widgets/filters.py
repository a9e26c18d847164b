"""The filter swap: a stack of 3×3 convolutions against one large filter that sees as far."""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.anatomy import conv_params, receptive_field
from cnnlab.pictures.picture import MUTED, PALETTE
from cnnlab.widgets.controls import IntSlider, SelectionSlider
from cnnlab.widgets.drawing import Drawing
from cnnlab.widgets.shell import Shell

WIDTH = 640.0
CELL = 11.0

TRIES = (
    "Two layers against one 5×5, then three against one 7×7: how does the gap grow?",
    "Change the channels. Does the ratio of the weights change with them?",
    "Count the nonlinearities: what can the stack compute that one filter cannot?",
)


@dataclass(frozen=True)
class Swap:
    """`layers` convolutions of 3×3, and the one filter with the same receptive field."""

    layers: int
    channels: int

    @property
    def field(self) -> int:
        """The side of the region that one output sees, and so the large filter's side."""
        return receptive_field([(3, 1)] * self.layers)

    @property
    def stacked(self) -> int:
        """Weights of the stack, without biases."""
        return self.layers * conv_params(self.channels, self.channels, 3, bias=False)

    @property
    def large(self) -> int:
        return conv_params(self.channels, self.channels, self.field, bias=False)


def render(layers: int = 2, channels: int = 64) -> Drawing:
    """Both ways side by side: what they see, what they cost, how often they bend."""
    swap = Swap(layers, channels)
    side = swap.field
    drawing = Drawing(WIDTH, 120 + max(side * CELL, 60))
    longest = max(swap.stacked, swap.large)
    sides = (
        (10.0, f"{layers} × (3×3)", swap.stacked, layers, PALETTE[0]),
        (WIDTH / 2, f"1 × ({side}×{side})", swap.large, 1, PALETTE[1]),
    )
    for left, title, weights, bends, colour in sides:
        drawing.text(left, 24, title, size=13, bold=True)
        for row in range(side):
            for column in range(side):
                x, y = left + column * CELL, 36 + row * CELL
                drawing.rect(x, y, CELL - 1, CELL - 1, fill="#f0f0f0", stroke=MUTED)
        for step in range(layers if bends > 1 else 1):
            inset = step * CELL if bends > 1 else 0.0
            seen = side * CELL - 2 * inset - 1
            drawing.rect(left + inset, 36 + inset, seen, seen, stroke=colour, stroke_width=2.5)
        below = 36 + side * CELL + 24
        bar = (WIDTH / 2 - 120) * weights / longest
        drawing.rect(left, below - 10, bar, 12, fill=colour)
        drawing.text(left + bar + 6, below, f"{weights:,} weights", size=11)
        noun = "nonlinearity" if bends == 1 else "nonlinearities"
        drawing.text(left, below + 22, f"sees {side}×{side}, {bends} {noun}", size=11)
    drawing.alt = (
        f"{layers} stacked 3 by 3 convolutions and one {side} by {side} filter both see {side} by "
        f"{side} pixels. With {channels} channels the stack has {swap.stacked:,} weights and "
        f"{layers} nonlinearities, the large filter {swap.large:,} weights and one."
    )
    return drawing


def filter_swap(layers: int = 2, channels: int = 64) -> Shell:
    """A stack of small filters against one large filter with the same receptive field."""
    controls = {
        "layers": IntSlider(layers, 1, 5, description="3×3 layers"),
        "channels": SelectionSlider(
            options=[1, 3, 16, 32, 64, 128, 256, 512], value=channels, description="channels"
        ),
    }
    shell = Shell(render, controls, TRIES, rows=[["layers", "channels"]])
    shell.show()
    return shell
