"""The heat browser: any image of a split under any heat map, and what the model says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnnlab.as_found import modes_kept
from cnnlab.pictures.picture import MUTED, PALETTE
from cnnlab.pictures.squares import Square, laid_over
from cnnlab.pictures.tiles import to_rgb
from cnnlab.seeing import grad_cam, occlusion_map, saliency
from cnnlab.widgets.controls import Dropdown, IntSlider
from cnnlab.widgets.drawing import Drawing
from cnnlab.widgets.shell import Shell

SIDE = 220.0
BAR = 16.0
ITS_ANSWER = -1

Method = Callable[[nn.Module, Tensor, int], Tensor]

TRIES = (
    "Find an image that is misread. What did the model look at?",
    "Keep the image and change the class that is asked about. Does the heat move?",
    "Compare the methods on one image: where do they agree, where not?",
)


@dataclass(frozen=True)
class Look:
    """One image, what the model says of it, and the heat for one class."""

    image: Tensor  # (C, H, W), as it is in the split
    label: int
    probabilities: Tensor  # (classes,)
    target: int
    heat: Tensor  # (H, W), from 0 to 1

    @property
    def peak(self) -> tuple[int, int]:
        """Row and column of the greatest heat."""
        row, column = divmod(int(self.heat.argmax()), self.heat.shape[1])
        return row, column


def compute(
    model: nn.Module,
    data: Any,
    split: str,
    index: int,
    method: Method,
    target: int | None = None,
    square: Square | None = None,
) -> Look:
    """Ask `method` what speaks for `target`; None is the class that the model takes it for."""
    part = getattr(data, split)
    index = min(index, len(part) - 1)
    device = next(model.parameters()).device
    mean, std = (torch.tensor(value).view(-1, 1, 1) for value in (data.mean, data.std))
    x = ((part.images[index].float() / 255 - mean) / std).to(device)
    with modes_kept(model), torch.no_grad():
        probabilities = model.eval()(x[None])[0].softmax(dim=0).cpu()
    asked = int(probabilities.argmax()) if target is None else target
    heat = method(model, x, asked).detach().float().cpu().clamp(min=0)
    size = (x.shape[1], x.shape[2])
    if square is None:
        heat = F.interpolate(heat[None, None], size, mode="bilinear", align_corners=False)[0, 0]
    else:
        heat = laid_over(heat, square, size)
    heat = heat / heat.max() if heat.any() else heat
    return Look(part.images[index], int(part.labels[index]), probabilities, asked, heat)


def render(look: Look, names: list[str], method: str) -> Drawing:
    """The image, the same under its heat, and the five likeliest classes."""
    drawing = Drawing(2 * SIDE + 290, SIDE + 56)
    base = to_rgb(look.image)[0]
    colours = matplotlib.colormaps["inferno"](look.heat.numpy())[..., :3]
    share = 0.65 * look.heat.numpy()[..., None]
    mixed = (1 - share) * base.mean(axis=-1, keepdims=True) + share * colours
    truth, asked = names[look.label], names[look.target]
    drawing.text(10, 22, f"true: {truth}", bold=True)
    drawing.image(10, 32, SIDE, SIDE, base)
    left = SIDE + 24
    drawing.text(left, 22, method, bold=True)
    drawing.text(left, SIDE + 48, f"what speaks for {asked}", fill=MUTED)
    drawing.image(left, 32, SIDE, SIDE, np.clip(mixed, 0, 1))
    cell = SIDE / max(look.heat.shape)
    row, column = look.peak
    if look.heat.any():
        drawing.rect(
            left + column * cell, 32 + row * cell, cell, cell, stroke=PALETTE[5], stroke_width=2
        )
    left += SIDE + 20
    drawing.text(left, 22, "what the model says", bold=True)
    likeliest = look.probabilities.argsort(descending=True)[:5].tolist()
    for place, number in enumerate(likeliest):
        y = 44 + place * 2 * BAR
        share_of_bar = float(look.probabilities[number])
        colour = PALETTE[1] if number == look.target else PALETTE[0]
        drawing.rect(left, y, 200 * share_of_bar, BAR - 4, fill=colour)
        drawing.text(left, y + BAR + 8, f"{names[number]} {share_of_bar:.0%}", 10, fill=MUTED)
    said = names[likeliest[0]]
    drawing.alt = (
        f"A {truth}, taken for {said} with {float(look.probabilities[likeliest[0]]):.0%}. By "
        f"{method}, what speaks for {asked} is strongest at row {row}, column {column}."
    )
    return drawing


def default_methods(layer: nn.Module | None) -> dict[str, Method]:
    """The course's own heat maps; Grad-CAM needs to know at which layer to look."""
    methods: dict[str, Method] = {"saliency": saliency, "occlusion": occlusion_map}
    if layer is not None:
        methods = {
            "Grad-CAM": lambda model, x, target: grad_cam(model, layer, x, target),
            **methods,
        }
    return methods


def heat_browser(
    model: nn.Module,
    data: Any,
    layer: nn.Module | None = None,
    methods: Mapping[str, Method] | None = None,
    split: str = "test",
    squares: Mapping[str, Square] | None = None,
) -> Shell:
    """Walk through a split of `data` and see what `model` looks at.

    `methods` maps names to functions of a model, an image (C, H, W) and a class, such as your own;
    without them the course's are used, with Grad-CAM at `layer`. `squares` has the side and the
    stride of the squares for each method that gives one number a square.
    """
    known = dict(methods or default_methods(layer))
    placed = dict(squares or ({} if methods else {"occlusion": (4, 2)}))  # occlusion_map's defaults
    names = list(data.class_names)
    # A list shows None as an empty line, so the model's own answer needs a number.
    classes = [("what it says", ITS_ANSWER), *((name, number) for number, name in enumerate(names))]
    controls = {
        "index": IntSlider(0, 0, len(getattr(data, split)) - 1, description="image"),
        "method": Dropdown(options=list(known), description="heat map"),
        "target": Dropdown(options=classes, description="for the class"),
    }

    def picture(index: int, method: str, target: int) -> Drawing:
        asked = None if target == ITS_ANSWER else target
        look = compute(model, data, split, index, known[method], asked, placed.get(method))
        return render(look, names, method)

    shell = Shell(picture, controls, TRIES, rows=[["index"], ["method", "target"]])
    shell.show()
    return shell
