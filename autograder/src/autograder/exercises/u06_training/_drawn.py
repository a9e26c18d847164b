"""What the hidden checks of the optimisers draw."""

from __future__ import annotations

from cnnlab.check.draw import Draw


def draw_shape(draw: Draw) -> tuple[int, ...]:
    """The shape of a parameter: one to three dimensions, all different."""
    return tuple(draw.sample(range(2, 6), draw.integer(1, 3)))


def draw_rates(draw: Draw, count: int) -> list[float]:
    """Learning rates that differ clearly from one step to the next."""
    return [draw.choice([0.3, 0.5]) / 4 ** (step % 3) for step in range(count)]
