"""The confusion browser: a confusion matrix whose cells open the images behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from cnnlab.as_found import modes_kept
from cnnlab.pictures.picture import MUTED, PALETTE
from cnnlab.pictures.tiles import to_rgb
from cnnlab.widgets.controls import Dropdown
from cnnlab.widgets.drawing import Drawing
from cnnlab.widgets.shell import Shell

MATRIX = 320.0
TILE = 52.0
SHOWN = 18

TRIES = (
    "Open the fullest cell beside the diagonal. Would you have known better?",
    "Open a cell and the one that mirrors it: are the two classes confused in both directions?",
    "Look at images that were right. Which of them are hardly different from the wrong ones?",
)


@dataclass(frozen=True)
class Predictions:
    """The images of a split, what they are, and what a model took them for."""

    images: Tensor
    labels: Tensor
    guesses: Tensor
    names: list[str]

    @property
    def counts(self) -> Tensor:
        """By true class (rows) and guessed class (columns)."""
        size = len(self.names)
        return torch.bincount(self.labels * size + self.guesses, minlength=size**2).view(size, size)

    def cell(self, true: int, guess: int) -> Tensor:
        """The numbers of the images behind a cell."""
        return ((self.labels == true) & (self.guesses == guess)).nonzero().flatten()

    def fullest_mistake(self) -> tuple[int, int]:
        wrong = self.counts.clone().fill_diagonal_(-1)
        row, column = divmod(int(wrong.argmax()), len(self.names))
        return row, column


def compute(model: nn.Module, data: Any, split: str = "test") -> Predictions:
    """Let `model` read a split of `data`, in eval mode; the model stays as it was."""
    device = next(model.parameters()).device
    guesses = []
    with modes_kept(model), torch.no_grad():
        model.eval()
        for x, _ in data.batches(split, 256, shuffle=False, device=device):
            guesses.append(model(x).argmax(dim=1).cpu())
    part = getattr(data, split)
    return Predictions(part.images, part.labels, torch.cat(guesses), list(data.class_names))


def render(found: Predictions, true: int, guess: int) -> Drawing:
    """The matrix with the chosen cell framed, and the images behind it."""
    size = len(found.names)
    drawing = Drawing(MATRIX + 110 + 6 * (TILE + 6) + 20, MATRIX + 66)
    counts, cell = found.counts, MATRIX / size
    shares = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    for row in range(size):
        drawing.text(86, 44 + (row + 0.5) * cell + 4, _numbered(found.names[row], row), 9, "right")
        for column in range(size):
            share = float(shares[row, column])
            x, y = 92 + column * cell, 40 + row * cell
            drawing.rect(x, y, cell - 1, cell - 1, fill=_blue(share))
            if counts[row, column]:
                ink = "#ffffff" if share > 0.55 else "#222222"
                middle = (x + cell / 2, y + cell / 2 + 4)
                drawing.text(*middle, str(int(counts[row, column])), 9, "center", fill=ink)
    frame = (91 + guess * cell, 39 + true * cell, cell + 1, cell + 1)
    drawing.rect(*frame, stroke=PALETTE[1], stroke_width=3)
    drawing.text(92, 30, "rows: true class, columns: what the model said", size=10, fill=MUTED)
    for column in range(size):
        drawing.text(92 + (column + 0.5) * cell, MATRIX + 54, str(column), 9, "center")
    chosen = found.cell(true, guess)
    head = f"{found.names[true]} taken for {found.names[guess]}: {len(chosen)}"
    head += f" ({SHOWN} shown)" if len(chosen) > SHOWN else ""
    left = MATRIX + 110
    drawing.text(left, 30, head, size=12, bold=True)
    for place, index in enumerate(chosen[:SHOWN]):
        row, column = divmod(place, 6)
        x, y = left + column * (TILE + 6), 40 + row * (TILE + 20)
        drawing.image(x, y, TILE, TILE, to_rgb(found.images[index])[0])
        drawing.text(x, y + TILE + 12, f"#{int(index)}", size=9, fill=MUTED)
    right = int(counts.diagonal().sum())
    drawing.alt = f"Confusion matrix, {right} of {int(counts.sum())} right. Opened: {head}."
    return drawing


def confusion_browser(model: nn.Module, data: Any, split: str = "test") -> Shell:
    """Open any cell of the confusion matrix of `model` on a split of `data`."""
    found = compute(model, data, split)
    true, guess = found.fullest_mistake()
    options = [(name, number) for number, name in enumerate(found.names)]
    controls = {
        "true": Dropdown(options=options, value=true, description="true class"),
        "guess": Dropdown(options=options, value=guess, description="taken for"),
    }

    def picture(**values: int) -> Drawing:
        return render(found, **values)

    shell = Shell(picture, controls, TRIES, rows=[["true", "guess"]])
    shell.show()
    return shell


def _numbered(name: str, number: int) -> str:
    return name if name == str(number) else f"{name} {number}"


def _blue(share: float) -> str:
    """From white at 0 to the palette's blue at 1."""
    channels = (round(255 + share * (end - 255)) for end in (0, 0x72, 0xB2))
    return "#" + "".join(f"{channel:02x}" for channel in channels)
