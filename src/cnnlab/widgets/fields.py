"""The receptive-field tracer: one place of a layer, and the pixels that it can see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnlab.anatomy import reached_pixels, trace
from cnnlab.as_found import modes_kept
from cnnlab.errors import CnnlabError
from cnnlab.pictures.picture import MUTED, PALETTE
from cnnlab.pictures.tiles import to_rgb
from cnnlab.widgets.controls import Dropdown, IntSlider
from cnnlab.widgets.drawing import Drawing
from cnnlab.widgets.shell import Shell

SIDE = 240.0

TRIES = (
    "Go from the first layer to the last: at which layers does the region grow most?",
    "Move to the corner of the map: what happens to the region at the border of the image?",
    "Compare the frame with the bright part inside: does every pixel count alike?",
)


@dataclass(frozen=True)
class View:
    """What one place of a layer sees."""

    layer: str
    place: tuple[int, int]
    map_size: tuple[int, int]
    theory: tuple[int, int]  # height and width, as if the image had no border
    reached: Tensor  # (H, W), bool: pixels that can matter
    pull: Tensor  # (H, W), from 0 to 1: how much each pixel matters for this image

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Top, left, height and width of the smallest frame around the reached pixels."""
        rows, columns = (self.reached.any(dim=1 - axis).nonzero().flatten() for axis in (0, 1))
        if not len(rows):
            return 0, 0, 0, 0
        top, left = int(rows[0]), int(columns[0])
        return top, left, int(rows[-1]) + 1 - top, int(columns[-1]) + 1 - left


def layers_with_maps(model: nn.Module, image: Tensor) -> dict[str, tuple[int, int]]:
    """The modules whose output is a map, with its height and width, in order.

    A module that runs more than once has more than one map, so it is left out.
    """
    layers = trace(model, tuple(image.shape)).layers
    modules = dict(model.named_modules())
    runs = Counter(layer.name for layer in layers)
    return {
        layer.name: (layer.output_shape[1], layer.output_shape[2])
        for layer in layers
        if len(layer.output_shape) == 3 and layer.name in modules and runs[layer.name] == 1
    }


def compute(model: nn.Module, image: Tensor, layer: str, row: int, column: int) -> View:
    """The view of the unit at `row`, `column` of `layer`, theory and gradient alike."""
    shape = tuple(image.shape)
    found = trace(model, shape)[layer]
    if len(found.output_shape) != 3 or found.receptive_field is None:
        raise CnnlabError(f"The output of {layer!r} is no map. Choose a layer before flattening.")
    height, width = found.output_shape[1:]
    place = (min(row, height - 1), min(column, width - 1))
    return View(
        layer,
        place,
        (height, width),
        found.receptive_field,
        reached_pixels(model, shape, layer, place),  # type: ignore[arg-type]
        _pull(model, image, layer, place),
    )


def render(model: nn.Module, image: Tensor, layer: str, row: int = 0, column: int = 0) -> Drawing:
    """The layer's map with the chosen place, and the image with what that place sees."""
    view = compute(model, image, layer, row, column)
    drawing = Drawing(2 * SIDE + 150, SIDE + 84)
    _map(drawing, view)
    left, cell = SIDE + 110, SIDE / max(image.shape[1:])
    grey = to_rgb(image)[0].mean(axis=-1, keepdims=True)
    light = (1 - view.pull[..., None].numpy()) * 0.55 * grey.repeat(3, axis=-1)
    bright = view.pull[..., None].numpy() * to_rgb(image)[0].clip(0.25, 1)
    height, width = image.shape[1] * cell, image.shape[2] * cell
    drawing.text(left, 24, "what it sees", bold=True)
    drawing.image(left, 36, width, height, (light + bright).clip(0, 1))
    top, first, rows, columns = view.box
    frame = (left + first * cell, 36 + top * cell, columns * cell, rows * cell)
    drawing.rect(*frame, stroke=PALETTE[1], stroke_width=3)
    words = f"theory {view.theory[0]}×{view.theory[1]} pixels, by gradients {rows}×{columns}" + (
        " (cut off at the border)" if (rows, columns) != view.theory else ""
    )
    drawing.text(10, SIDE + 66, words, size=12)
    drawing.alt = (
        f"Row {view.place[0]}, column {view.place[1]} of {view.layer}, a map of "
        f"{view.map_size[0]} by {view.map_size[1]}: {words}."
    )
    return drawing


def receptive_field_tracer(
    model: nn.Module, image: Tensor, layers: Sequence[str] | None = None
) -> Shell:
    """Walk through the maps of `model` and see which pixels of `image` (C, H, W) one place sees."""
    maps = layers_with_maps(model, image)
    names = [name for name in layers or maps if name in maps]
    if not names:
        raise CnnlabError("No layer of this model gives a map (C, H, W) for this image.")
    height, width = maps[names[0]]
    controls = {
        "layer": Dropdown(options=names, value=names[0], description="layer"),
        "row": IntSlider(height // 2, 0, height - 1, description="row"),
        "column": IntSlider(width // 2, 0, width - 1, description="column"),
    }

    def fit_sliders(change: dict) -> None:
        for name, size in zip(("row", "column"), maps[change["new"]], strict=True):
            controls[name].max = size - 1

    controls["layer"].observe(fit_sliders, names="value")

    def picture(**values: object) -> Drawing:
        return render(model, image, **values)  # type: ignore[arg-type]

    shell = Shell(picture, controls, TRIES, rows=[["layer"], ["row", "column"]])
    shell.show()
    return shell


def _pull(model: nn.Module, image: Tensor, layer: str, place: tuple[int, int]) -> Tensor:
    """The size of the gradient at every pixel, the largest being 1, in the model as it is."""
    outputs: list[Tensor] = []
    handle = model.get_submodule(layer).register_forward_hook(
        lambda _module, _inputs, out: outputs.append(out)
    )
    device = next(model.parameters()).device
    given = image[None].float().to(device).requires_grad_()
    with modes_kept(model), handle:
        model.eval()(given)
        unit = outputs[0][:, :, place[0], place[1]].pow(2).sum()
        (gradient,) = torch.autograd.grad(unit, given)
    size = gradient[0].abs().sum(dim=0).cpu()
    return size / size.max().clamp(min=1e-12)


def _map(drawing: Drawing, view: View) -> None:
    height, width = view.map_size
    cell = SIDE / max(height, width)
    drawing.text(10, 24, f"{view.layer}, {height} × {width}", bold=True)
    drawing.rect(10, 36, width * cell, height * cell, fill="#f0f0f0", stroke=MUTED)
    for line in range(1, height):
        drawing.line([(10, 36 + line * cell), (10 + width * cell, 36 + line * cell)], "#ffffff", 1)
    for line in range(1, width):
        drawing.line([(10 + line * cell, 36), (10 + line * cell, 36 + height * cell)], "#ffffff", 1)
    row, column = view.place
    drawing.rect(10 + column * cell, 36 + row * cell, cell, cell, fill=PALETTE[1])
