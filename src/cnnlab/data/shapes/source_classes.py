"""Sixty made-up silhouettes without everyday names, for pretraining, and the clutter's shapes.

They are drawn once from a fixed stream (`RandomState`, which numpy promises never to change), so
class 17 is the same shape on every machine. None of them is a class of shapes10 or a target.
"""

from __future__ import annotations

import math

import numpy as np

from cnnlab.data.shapes.distance import (
    Field,
    Points,
    around,
    box,
    disc,
    intersection,
    polygon,
    radial,
    stroke,
    union,
)

COUNT = 60
_KINDS = ("flower", "glyph", "compound")
SOURCE_NAMES = tuple(f"{_KINDS[i % 3]} {i // 3 + 1}" for i in range(COUNT))


def source_classes() -> list[list[Field]]:
    """For each source class its one variant; the three kinds take turns."""
    rng = np.random.RandomState(1234)
    makers = (_flower, _glyph, _compound)
    return [[makers[i % 3](rng, i // 3)] for i in range(COUNT)]


def clutter_shapes() -> list[list[Field]]:
    """Open strokes and irregular pebbles that lie about in every picture, one variant each."""
    rng = np.random.RandomState(77)
    strokes = [
        _clutter_stroke(rng, bent=i % 2 == 1, half_width=(0.07, 0.11, 0.16)[i % 3])
        for i in range(12)
    ]
    pebbles = [_pebble(rng) for _ in range(4)]
    return [[shape] for shape in strokes + pebbles]


def _flower(rng: np.random.RandomState, index: int) -> Field:
    """A radius that swings 2 to 8 times around the circle, in smooth or pointed petals."""
    petals = 2 + index % 7
    swing, second_swing = rng.uniform(0.12, 0.42), rng.uniform(0, 0.28)
    second_petals, phase = rng.randint(1, 5), rng.uniform(0, 2 * math.pi)
    pointed = rng.rand() < 0.5

    def radius(angle: Points) -> Points:
        wave = np.cos(petals * angle)
        if pointed:
            wave = 2 / math.pi * np.arcsin(wave)
        return 0.78 * (1 + swing * wave + second_swing * np.cos(second_petals * angle + phase))

    return radial(radius, corners=128)


def _glyph(rng: np.random.RandomState, _index: int) -> Field:
    """One or two strokes between the nine points of a grid, like a letter nobody uses."""
    grid = [(x, y) for x in (-0.8, 0.0, 0.8) for y in (-0.8, 0.0, 0.8)]
    paths = [
        [grid[p] for p in rng.permutation(len(grid))[: rng.randint(3, 5)]]
        for _ in range(rng.randint(1, 3))
    ]
    half_width = rng.uniform(0.16, 0.24)
    return union(*(stroke(path, half_width) for path in paths))


def _compound(rng: np.random.RandomState, _index: int) -> Field:
    """Two simple shapes joined, then a hole cut into them or a third shape added."""
    body = union(_simple(rng), _simple(rng))
    if rng.rand() < 0.6:
        hole = disc(rng.uniform(-0.3, 0.3), rng.uniform(-0.3, 0.3), rng.uniform(0.22, 0.4))
        return intersection(body, -hole)
    return union(body, _simple(rng))


def _simple(rng: np.random.RandomState) -> Field:
    cx, cy = rng.uniform(-0.45, 0.45, 2)
    kind = rng.randint(3)
    if kind == 0:
        return disc(cx, cy, rng.uniform(0.35, 0.65))
    if kind == 1:
        return box(cx, cy, rng.uniform(0.2, 0.5), rng.uniform(0.5, 0.9), rng.uniform(0, math.pi))
    angles = rng.uniform(0, 2 * math.pi) + np.arange(3) * 2 * math.pi / 3
    return polygon(around(rng.uniform(0.6, 0.9), angles) + np.array([cx, cy]))


def _clutter_stroke(rng: np.random.RandomState, *, bent: bool, half_width: float) -> Field:
    left, middle, right = rng.uniform(-0.2, 0.2), rng.uniform(-0.6, 0.6), rng.uniform(-0.2, 0.2)
    return stroke([(-1, left), (0, middle if bent else 0.0), (1, right)], half_width)


def _pebble(rng: np.random.RandomState) -> Field:
    first, second = rng.uniform(0, 2 * math.pi, 2)
    return radial(
        lambda a: 0.45 * (1 + 0.25 * np.cos(2 * a + first) + 0.15 * np.cos(3 * a + second)),
        corners=64,
    )
