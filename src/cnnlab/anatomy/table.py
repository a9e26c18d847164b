"""The result of a trace: a list of layers that prints as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from cnnlab.errors import UnknownNameError


@dataclass(frozen=True)
class Layer:
    """One layer in the order of execution; shapes leave out the batch.

    `receptive_field` is (height, width) in input pixels, padding included, so it may exceed the
    image. It is None where nothing depends on the image, or where it was not asked for. `jump` is
    how many input pixels one step on the output makes: None once there are no steps any more.
    """

    name: str
    type: str
    output_shape: tuple[int, ...]
    parameters: int
    multiply_adds: int
    receptive_field: tuple[int, int] | None
    jump: tuple[int, int] | None


@dataclass(frozen=True, repr=False)
class Trace:
    """What one forward pass of a model did, layer by layer.

    Iterate over it, index it by number or by layer name, print it.
    """

    model_name: str
    input_shape: tuple[int, ...]
    layers: tuple[Layer, ...]
    parameters: int

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds for one image."""
        return sum(layer.multiply_adds for layer in self.layers)

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, key: int | str) -> Layer:
        if isinstance(key, int):
            return self.layers[key]
        for layer in self.layers:
            if layer.name == key:
                return layer
        raise UnknownNameError("layer", key, [layer.name for layer in self.layers])

    def __repr__(self) -> str:
        rows = [_HEADINGS, *map(_cells, self.layers)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
        lines = [_aligned(row, widths) for row in rows]
        lines.insert(1, "-" * len(lines[0]))
        return "\n".join([self._title(), *lines, self._summary()])

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{escape(text)}</th>' for text in _HEADINGS)
        body = "".join(map(_html_row, self.layers))
        return (
            f"<table><caption>{escape(self._title())}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table><p>{escape(self._summary())}</p>"
        )

    def _title(self) -> str:
        return f"{self.model_name} on one input of {_times(self.input_shape)}"

    def _summary(self) -> str:
        return (
            f"{self.parameters:,} parameters, {self.multiply_adds:,} multiply-adds per input. "
            "Receptive field and step are in input pixels."
        )


_HEADINGS = ("layer", "type", "output", "parameters", "multiply-adds", "receptive field", "step")
_TEXT_COLUMNS = 3  # the rest are numbers, aligned to the right


def _cells(layer: Layer) -> tuple[str, ...]:
    return (
        layer.name,
        layer.type,
        _times(layer.output_shape),
        f"{layer.parameters:,}" if layer.parameters else "",
        f"{layer.multiply_adds:,}" if layer.multiply_adds else "",
        _times(layer.receptive_field or ()),
        _times(layer.jump or ()),
    )


def _html_row(layer: Layer) -> str:
    name, *cells = map(escape, _cells(layer))
    return f'<tr><th scope="row">{name}</th><td>{"</td><td>".join(cells)}</td></tr>'


def _times(numbers: tuple[int, ...]) -> str:
    return "×".join(map(str, numbers))


def _aligned(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [
        text.ljust(width) if column < _TEXT_COLUMNS else text.rjust(width)
        for column, (text, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()
