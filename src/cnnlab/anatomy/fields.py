"""Which input pixels an output sees: intervals, and how operations change them.

Along one side of the image, position i of a feature map sees the input pixels from
`first + i·jump` to `last + i·jump`. Pixels outside the image (padding) count as seen, as they do
in the textbook formula.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


class UnknownFieldError(Exception):
    """No rule gives the exact receptive field here."""


@dataclass(frozen=True)
class Axis:
    """What the positions along one side see; `jump` 0 means that all see the same pixels."""

    first: int
    last: int
    jump: int
    positions: int

    @property
    def span(self) -> int:
        """How many input pixels one position sees."""
        return self.last - self.first + 1

    def window(self, kernel: int, stride: int, padding: int, dilation: int, positions: int) -> Axis:
        """Slide a window (a convolution or a pooling) along this side."""
        first = self.first - padding * self.jump
        reach = dilation * (kernel - 1)
        return Axis(first, self.last + (reach - padding) * self.jump, self.jump * stride, positions)

    def cut(self, start: int, step: int, positions: int) -> Axis:
        """Keep `positions` positions: every `step`-th one from `start` on (below 0: padding)."""
        shift = start * self.jump
        return Axis(self.first + shift, self.last + shift, self.jump * step, positions)

    def together(self, positions: int) -> Axis:
        """Let every one of `positions` results see what all positions see together."""
        return Axis(self.first, self.last + (self.positions - 1) * self.jump, 0, positions)

    def joined(self, other: Axis) -> Axis:
        """Combine two sides position by position, repeating a single position where needed."""
        positions = max(self.positions, other.positions)
        a, b = self._spread(positions), other._spread(positions)
        if a.jump == b.jump:
            return Axis(min(a.first, b.first), max(a.last, b.last), a.jump, positions)
        for wide, narrow in ((a, b), (b, a)):
            whole = narrow.together(positions)
            if wide.jump == 0 and wide.first <= whole.first and whole.last <= wide.last:
                return wide
        raise UnknownFieldError("it combines maps whose steps on the input differ")

    def _spread(self, positions: int) -> Axis:
        if self.positions == 1:
            return replace(self, jump=0, positions=positions)
        if self.positions != positions:
            raise UnknownFieldError("it combines maps of different sides")
        return self


@dataclass(frozen=True)
class Field:
    """What the units of one tensor see, along rows and columns of the input.

    The last two dimensions of the tensor are the rows and columns of a map, unless the field is
    `flattened`: then all positions stand side by side in the last dimension.
    """

    rows: Axis
    columns: Axis
    flattened: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the receptive field of one unit."""
        return self.rows.span, self.columns.span

    @property
    def positions(self) -> tuple[int, int]:
        return self.rows.positions, self.columns.positions

    @property
    def is_uniform(self) -> bool:
        """Whether every unit sees the same pixels, wherever it stands in the tensor."""
        return all(axis.jump == 0 or axis.positions == 1 for axis in (self.rows, self.columns))

    def together(self) -> Field:
        """The field of something that reads all positions at once: one position remains."""
        return Field(self.rows.together(1), self.columns.together(1))

    def joined(self, other: Field) -> Field:
        """The field of a sum, product or channel-wise concatenation of two tensors."""
        if self.flattened != other.flattened:
            raise UnknownFieldError("it combines a flattened map with another tensor")
        return Field(
            self.rows.joined(other.rows), self.columns.joined(other.columns), self.flattened
        )


def input_field(height: int, width: int) -> Field:
    """The field of the input itself: each pixel sees itself."""
    return Field(Axis(0, 0, 1, height), Axis(0, 0, 1, width))
