"""The block explorer: convolutions taken apart, side by side, or piled up, with live counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cnnlab.pictures.picture import INK, MUTED, PALETTE, PAPER
from cnnlab.widgets.controls import Dropdown, IntSlider
from cnnlab.widgets.drawing import Drawing
from cnnlab.widgets.shell import Shell

KINDS = (
    "one 3×3 convolution",
    "depthwise separable",
    "inverted residual",
    "residual",
    "inception",
    "dense",
)
LAYERS = 4  # of a dense block
LEFT, STEP, BOX = 90.0, 168.0, 110.0  # where lanes begin, and how wide a step and its box are
LANE, TALLEST = 74.0, 120.0
SHIFT = 142.0  # of each layer of a dense block, which reads those before it
LOOKS, MIXES, BOTH = PALETTE[2], PALETTE[1], PALETTE[0]

TRIES = (
    "Depthwise separable: widen input and output. Which of the two layers grows faster, and why?",
    "Inverted residual: at which expansion does it cost more than one 3×3 convolution?",
    "Inception: which branch holds most weights? Dense: which layer, and how many maps does it "
    "read?",
)


@dataclass(frozen=True)
class Layer:
    """One convolution without biases."""

    kernel: int
    reads: int
    gives: int
    depthwise: bool = False

    @property
    def weights(self) -> int:
        return self.kernel**2 * self.gives * (1 if self.depthwise else self.reads)

    @property
    def colour(self) -> str:
        return LOOKS if self.depthwise else MIXES if self.kernel == 1 else BOTH


@dataclass(frozen=True)
class Block:
    """Lanes of layers that run side by side, or one below another in a dense block."""

    lanes: tuple[tuple[Layer, ...], ...]
    gives: int
    note: str = ""

    @property
    def weights(self) -> int:
        return sum(layer.weights for lane in self.lanes for layer in lane)


def compute(kind: str, reads: int, gives: int, expansion: int = 6, growth: int = 16) -> Block:
    """The convolutions of one block from `reads` channels to `gives`."""
    if kind == "depthwise separable":
        return Block(((Layer(3, reads, reads, True), Layer(1, reads, gives)),), gives)
    if kind == "inverted residual":
        wide = reads * expansion
        widen = () if expansion == 1 else (Layer(1, reads, wide),)
        lane = (*widen, Layer(3, wide, wide, True), Layer(1, wide, gives))
        note = "the input is added" if reads == gives else "no shortcut: the channels differ"
        return Block((lane,), gives, note)
    if kind == "residual":
        lane = (Layer(3, reads, gives), Layer(3, gives, gives))
        if reads == gives:
            return Block((lane,), gives, "the input is added")
        return Block((lane, (Layer(1, reads, gives),)), gives, "added to the projected input")
    if kind == "inception":
        c1, c3, c5 = gives // 4, gives // 2, gives // 8
        pool = gives - c1 - c3 - c5
        few3, few5 = max(1, 3 * gives // 8), max(1, gives // 16)
        lanes: tuple[tuple[Layer, ...], ...] = (
            (Layer(1, reads, c1),),
            (Layer(1, reads, few3), Layer(3, few3, c3)),
            (Layer(1, reads, few5), Layer(5, few5, c5)),
            (Layer(1, reads, pool),),
        )
        return Block(lanes, gives, "concatenated; a max-pool comes before the last 1×1")
    if kind == "dense":
        lanes = tuple((Layer(3, reads + number * growth, growth),) for number in range(LAYERS))
        return Block(
            lanes,
            reads + LAYERS * growth,
            "each layer reads the input and all maps above it",
        )
    return Block(((Layer(3, reads, gives),),), gives)


def render(
    kind: str = "inception",
    reads: int = 64,
    gives: int = 128,
    side: int = 28,
    expansion: int = 6,
    growth: int = 16,
) -> Drawing:
    """The layers of a block with their weights, and its total beside one 3×3 convolution."""
    block = compute(kind, reads, gives, expansion, growth)
    height = 60 + LANE * max(2, len(block.lanes))
    drawing = Drawing(780, height + 56)
    drawing.text(10, 24, f"{kind}: {reads} → {block.gives} channels", size=13, bold=True)
    widest = max(reads, block.gives, *(layer.gives for lane in block.lanes for layer in lane))
    middle = 44 + (height - 60) / 2
    _strip(drawing, 30, middle, reads, widest, MUTED, f"in {reads}")
    first = middle - LANE * (len(block.lanes) - 1) / 2
    shift = SHIFT if kind == "dense" else 0.0
    steps = max(len(lane) for lane in block.lanes)
    end = LEFT + STEP * steps + shift * (len(block.lanes) - 1) + 24
    places = [(LEFT + n * shift, first + LANE * n) for n in range(len(block.lanes))]
    for number, (x, y) in enumerate(places):
        before = places[:number] if kind == "dense" else []
        for source in [(42, middle), *((left + BOX + 22, above) for left, above in before)]:
            drawing.line([source, (x, y)], stroke=MUTED, stroke_width=1)
    for lane, place in zip(block.lanes, places, strict=True):
        _lane(drawing, lane, place, (end, middle), widest)
    _strip(drawing, end + 28, middle, block.gives, widest, INK, f"out {block.gives}")
    for number, told in enumerate(_told(block, reads, side)):
        drawing.text(10, height + 8 + 18 * number, told, size=11)
    drawing.alt = f"{kind}, {reads} to {block.gives} channels. {_lanes_in_words(block.lanes)} " + (
        " ".join(_told(block, reads, side))
    )
    return drawing


def block_explorer(kind: str = "inception") -> Shell:
    """The blocks of unit 09 at any width: their layers, weights and multiply-adds."""
    controls = {
        "kind": Dropdown(options=list(KINDS), value=kind, description="block"),
        "reads": IntSlider(64, 8, 256, step=8, description="channels in"),
        "gives": IntSlider(128, 8, 256, step=8, description="channels out (not dense)"),
        "side": IntSlider(28, 4, 112, description="side of the maps"),
        "expansion": IntSlider(6, 1, 8, description="expansion (inverted)"),
        "growth": IntSlider(16, 4, 64, step=4, description="growth (dense)"),
    }
    rows = [["kind", "side"], ["reads", "gives"], ["expansion", "growth"]]
    shell = Shell(render, controls, TRIES, rows)
    shell.show()
    return shell


def _lane(
    drawing: Drawing,
    lane: Sequence[Layer],
    start: tuple[float, float],
    end: tuple[float, float],
    widest: int,
) -> None:
    x, y = start
    for layer in lane:
        drawing.rect(x, y - 24, BOX, 44, fill=PAPER)  # hides lines that pass behind it
        drawing.rect(x, y - 24, BOX, 44, fill=layer.colour + "22", stroke=layer.colour)
        name = f"{layer.kernel}×{layer.kernel}" + (" depthwise" if layer.depthwise else "")
        drawing.text(x + BOX / 2, y - 8, name, size=11, align="center", bold=True)
        drawing.text(x + BOX / 2, y + 9, f"{layer.weights:,}", size=11, align="center")
        _strip(drawing, x + BOX + 16, y, layer.gives, widest, layer.colour, str(layer.gives), 44)
        drawing.line([(x + BOX, y), (x + BOX + 10, y)], stroke=MUTED, stroke_width=1)
        if layer is not lane[-1]:
            drawing.line([(x + BOX + 24, y), (x + STEP, y)], stroke=MUTED, stroke_width=1)
        x += STEP
    drawing.line([(x - STEP + BOX + 24, y), (end[0], y), (end[0] + 20, end[1])], MUTED, 1)


def _strip(
    drawing: Drawing,
    x: float,
    y: float,
    channels: int,
    widest: int,
    colour: str,
    label: str,
    tallest: float = TALLEST,
) -> None:
    """A bar as tall as there are channels, with their number below."""
    tall = max(3.0, tallest * channels / widest)
    drawing.rect(x - 5, y - tall / 2, 10, tall, fill=colour)
    drawing.text(x, y + tall / 2 + 12, label, size=9, align="center")


def _told(block: Block, reads: int, side: int) -> tuple[str, str]:
    whole = Layer(3, reads, block.gives).weights
    if block.weights <= whole:
        compared = f"{whole / block.weights:.1f} times fewer than one 3×3 convolution"
    else:
        compared = f"{block.weights / whole:.1f} times as many as one 3×3 convolution"
    work = block.weights * side**2
    note = f" {block.note[0].upper()}{block.note[1:]}." if block.note else ""
    return (
        f"{block.weights:,} weights, {compared} to as many channels ({whole:,}).",
        f"{work:,} multiply-adds on maps of {side}×{side}.{note}",
    )


def _lanes_in_words(lanes: Sequence[Sequence[Layer]]) -> str:
    def named(layer: Layer) -> str:
        depthwise = " depthwise" if layer.depthwise else ""
        return f"{layer.kernel}×{layer.kernel}{depthwise} to {layer.gives} ({layer.weights:,})"

    return "; ".join(", ".join(map(named, lane)) for lane in lanes) + "."
