"""The architecture explorer: famous networks layer by layer, and where their parameters lie."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import torch

from cnnlab import models
from cnnlab.anatomy import trace
from cnnlab.pictures.picture import MUTED, PALETTE
from cnnlab.widgets.controls import Dropdown
from cnnlab.widgets.drawing import Drawing
from cnnlab.widgets.shell import Shell

INPUTS = {
    "lenet5": (1, 28, 28),
    "alexnet": (3, 224, 224),
    "vgg16": (3, 224, 224),
    "googlenet": (3, 224, 224),
    "resnet18": (3, 224, 224),
    "resnet34": (3, 224, 224),
    "resnet50": (3, 224, 224),
    "densenet121": (3, 224, 224),
    "mobilenet": (3, 224, 224),
    "mobilenet_v2": (3, 224, 224),
    "efficientnet_lite0": (3, 224, 224),
}
CONVOLUTION, DENSE = PALETTE[0], PALETTE[1]
COLUMN = 400.0
TABLE = 250.0  # where the table begins: the picture of the maps stands above
LINE = 15.0

TRIES = (
    "LeNet-5 beside VGG-16: in which layer does each keep most of its parameters?",
    "VGG-16 beside ResNet-50: which has more layers, which has more parameters, and why?",
    "Follow the maps of any network: what happens to the channels when space is halved?",
)


@dataclass(frozen=True)
class Row:
    """One layer with weights."""

    name: str
    dense: bool
    shape: tuple[int, ...]
    parameters: int
    cumulative: float  # share of all parameters up to and with this layer
    field: tuple[int, int] | None


@dataclass(frozen=True)
class Architecture:
    name: str
    parameters: int
    multiply_adds: int
    rows: tuple[Row, ...]

    @property
    def dense_share(self) -> float:
        return sum(row.parameters for row in self.rows if row.dense) / self.parameters


@cache
def compute(name: str) -> Architecture:
    """The layers of the network `name` that hold weights, without allocating any."""
    with torch.device("meta"):
        model = models.create(name)
    table = trace(model, INPUTS[name])
    rows, so_far = [], 0
    for layer in table:
        so_far += layer.parameters
        dense = layer.type == "Linear"
        if dense or layer.type.endswith("Conv2d"):  # SameConv2d pads as TensorFlow does
            share = so_far / table.parameters
            shape = layer.output_shape
            rows.append(
                Row(layer.name, dense, shape, layer.parameters, share, layer.receptive_field)
            )
    return Architecture(name, table.parameters, table.multiply_adds, tuple(rows))


def render(left: str = "lenet5", right: str = "vgg16") -> Drawing:
    """Two networks side by side: their maps, and a table of the layers with weights."""
    found = [compute(left), compute(right)]
    height = TABLE + LINE * (max(len(each.rows) for each in found) + 2)
    drawing = Drawing(2 * COLUMN + 20, height)
    for number, architecture in enumerate(found):
        _maps(drawing, architecture, 10 + number * (COLUMN + 10))
        _table(drawing, architecture, 10 + number * (COLUMN + 10))
    drawing.alt = " ".join(map(_in_words, found))
    return drawing


def architecture_explorer(left: str = "lenet5", right: str = "vgg16") -> Shell:
    """Famous networks side by side, without their weights."""
    names = list(INPUTS)
    controls = {
        "left": Dropdown(options=names, value=left, description="left"),
        "right": Dropdown(options=names, value=right, description="right"),
    }
    shell = Shell(render, controls, TRIES, rows=[["left", "right"]])
    shell.show()
    return shell


def _maps(drawing: Drawing, architecture: Architecture, left: float) -> None:
    """Each layer as a bar: as high as its maps, as wide as it has channels."""
    drawing.text(left, 24, architecture.name, size=14, bold=True)
    drawing.text(
        left,
        42,
        f"{architecture.parameters:,} parameters, {architecture.dense_share:.0%} of them dense; "
        f"{_short(architecture.multiply_adds)} multiply-adds",
        size=11,
    )
    tallest = max(row.shape[1] for row in architecture.rows if len(row.shape) == 3)
    widths = [4 + row.shape[0] ** 0.5 / 2 for row in architecture.rows]
    scale = min(1.0, (COLUMN - 20) / sum(width + 2 for width in widths))
    x = left
    for row, width in zip(architecture.rows, widths, strict=True):
        tall = 150 * row.shape[1] / tallest if len(row.shape) == 3 else 6
        colour = DENSE if row.dense else CONVOLUTION
        drawing.rect(x, 210 - tall, max(width * scale, 1.5), tall, fill=colour)
        x += (width + 2) * scale
    drawing.text(left, 228, "height: side of the maps; width: channels", size=9, fill=MUTED)


def _table(drawing: Drawing, architecture: Architecture, left: float) -> None:
    columns = (left, left + 175, left + 255, left + 320, left + COLUMN - 10)
    heads = ("layer", "output", "parameters", "so far", "sees")
    aligns = ("left", "right", "right", "right", "right")
    for x, head, align in zip(columns, heads, aligns, strict=True):
        drawing.text(x, TABLE, head, size=9, align=align, bold=True)
    largest = max(row.parameters for row in architecture.rows)
    for number, row in enumerate(architecture.rows, start=1):
        y = TABLE + LINE * number
        colour = DENSE if row.dense else CONVOLUTION
        bar = 70 * row.parameters / largest
        drawing.rect(columns[2] - bar, y - 9, bar, 11, fill=colour + "44")
        field = "all" if row.dense or row.field is None else f"{row.field[0]}×{row.field[1]}"
        cells = (
            row.name,
            "×".join(map(str, row.shape)),
            f"{row.parameters:,}",
            f"{row.cumulative:.0%}",
            field,
        )
        for x, cell, align in zip(columns, cells, aligns, strict=True):
            drawing.text(x, y, cell, size=9, align=align)


def _short(count: int) -> str:
    """A large count in thousands, millions or billions."""
    for unit, name in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return str(count)


def _in_words(architecture: Architecture) -> str:
    largest = max(architecture.rows, key=lambda row: row.parameters)
    return (
        f"{architecture.name} has {len(architecture.rows)} layers with weights and "
        f"{architecture.parameters:,} parameters, {architecture.dense_share:.0%} of them in dense "
        f"layers; {largest.name} holds the most, {largest.parameters:,}."
    )
