"""The residual-block explorer: signal and gradient through a chain of plain or residual blocks."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnlab.pictures.picture import MUTED, PALETTE
from cnnlab.widgets.controls import Checkbox, FloatSlider, IntSlider, ToggleButtons
from cnnlab.widgets.drawing import Drawing
from cnnlab.widgets.shell import Shell

CHANNELS, SIDE, IMAGES = 8, 8, 4
BARS = 700.0
TALL = 110.0

TRIES = (
    "Set the weights to 0: what arrives at the end of the plain chain, and of the residual one?",
    "Plain, 20 blocks: find weights at which the signal neither dies nor explodes. How wide is "
    "the range? Do the same with shortcuts.",
    "Switch normalisation on and move the weights: what changes now, and what does not?",
)


@dataclass(frozen=True)
class Chain:
    """What went forward and came back. One number after each block."""

    signals: list[float]  # standard deviation of the activations, the input's first
    gradients: list[float]  # norm of the loss's gradient with respect to the same tensors


class _Block(nn.Module):
    """Two 3×3 convolutions, as in a residual block; weights times `scale`."""

    def __init__(self, residual: bool, scale: float, normalised: bool) -> None:
        super().__init__()
        self.residual = residual
        self.first = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, bias=False)
        self.second = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, bias=False)
        for conv in (self.first, self.second):
            nn.init.kaiming_normal_(conv.weight)
            conv.weight.data *= scale
        norms = [nn.BatchNorm2d(CHANNELS) if normalised else nn.Identity() for _ in range(2)]
        self.norms = nn.ModuleList(norms)

    def forward(self, x: Tensor) -> Tensor:
        inner = self.norms[1](self.second(self.norms[0](self.first(x)).relu()))
        return (x + inner if self.residual else inner).relu()


def compute(residual: bool, blocks: int, scale: float, normalised: bool, seed: int = 0) -> Chain:
    """One forward and one backward pass through `blocks` fresh blocks in training mode."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        chain = [_Block(residual, scale, normalised) for _ in range(blocks)]
        x = torch.randn(IMAGES, CHANNELS, SIDE, SIDE).relu().requires_grad_()
        target = torch.randn(IMAGES, CHANNELS)
    tensors = [x]
    for block in chain:
        tensors.append(block(tensors[-1]))
    loss = (tensors[-1].mean(dim=(2, 3)) * target).sum()
    gradients = torch.autograd.grad(loss, tensors, allow_unused=True)
    return Chain(
        [float(tensor.detach().std()) for tensor in tensors],
        [0.0 if gradient is None else float(gradient.norm()) for gradient in gradients],
    )


def render(
    kind: str = "residual", blocks: int = 12, scale: float = 1.0, normalised: bool = False
) -> Drawing:
    """Two rows of bars: how large the signal is after each block, and the gradient before it."""
    chain = compute(kind == "residual", blocks, scale, normalised)
    drawing = Drawing(BARS + 40, 2 * TALL + 130)
    title = f"{blocks} {kind} blocks, weights × {scale:g}"
    drawing.text(10, 24, title + (", normalised" if normalised else ""), size=13, bold=True)
    words = []
    rows = (
        ("signal", chain.signals, PALETTE[0], chain.signals[-1] / chain.signals[0]),
        ("gradient", chain.gradients, PALETTE[1], chain.gradients[0] / (chain.gradients[-1] or 1)),
    )
    for number, (name, values, colour, kept) in enumerate(rows):
        floor = 40 + TALL + number * (TALL + 46)
        _bars(drawing, values, colour, floor)
        way = "from input to output" if name == "signal" else "from output back to input"
        told = f"{name}: × {kept:.3g} {way}"
        drawing.text(10, floor + 18, told, size=11)
        words.append(told)
    drawing.alt = f"{title}. {'. '.join(words)}."
    return drawing


def residual_block_explorer() -> Shell:
    """A chain of blocks with or without shortcuts, at any scale of its weights."""
    controls = {
        "kind": ToggleButtons(options=["plain", "residual"], value="plain", description="blocks"),
        "blocks": IntSlider(12, 1, 30, description="how many"),
        "scale": FloatSlider(1.0, min=0.0, max=2.0, step=0.1, description="weights ×"),
        "normalised": Checkbox(False, description="batch norm in the blocks"),
    }
    rows = [["kind", "normalised"], ["blocks", "scale"]]
    shell = Shell(render, controls, TRIES, rows)
    shell.show()
    return shell


def _bars(drawing: Drawing, values: list[float], colour: str, floor: float) -> None:
    """Bars on a logarithmic scale: each line is a factor of a thousand."""
    width = BARS / len(values)
    for power in (-6, -3, 0, 3):
        y = floor - TALL * (power + 6) / 9
        drawing.line([(10, y), (10 + BARS, y)], stroke="#dddddd", stroke_width=1)
        drawing.text(14 + BARS, y + 4, f"10{_raised(power)}", size=9, fill=MUTED)
    for number, value in enumerate(values):
        tensor = torch.tensor(max(value, 1e-30)).log10().clamp(-6, 3)
        tall = TALL * (float(tensor) + 6) / 9
        drawing.rect(10 + number * width, floor - tall, max(width - 2, 1), tall, fill=colour)


def _raised(power: int) -> str:
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
