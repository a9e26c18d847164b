"""The silhouettes with names: the ten classes of shapes10 and the three unseen targets.

Each class comes in VARIANTS slightly different forms, so that a class is a kind of thing and not
one fixed stencil. `wiggle` runs from -1 to 1 over the variants.
"""

from __future__ import annotations

import numpy as np

from cnnlab.data.shapes.distance import (
    Field,
    X,
    Y,
    box,
    disc,
    ellipse,
    intersection,
    polygon,
    regular_polygon,
    star,
    union,
)

VARIANTS = 4

TEN_NAMES = (
    "disc",
    "square",
    "triangle",
    "star",
    "cross",
    "ring",
    "crescent",
    "heart",
    "arrow",
    "half-disc",
)
TARGET_NAMES = ("fish", "cat head", "mushroom")


def ten_classes() -> list[list[Field]]:
    """For each class of shapes10, its variants."""
    return [[_one_of_ten(name, wiggle) for wiggle in _wiggles()] for name in TEN_NAMES]


def target_classes() -> list[list[Field]]:
    """For each unseen silhouette, its variants."""
    makers = (_fish, _cat_head, _mushroom)
    return [[make(wiggle) for wiggle in _wiggles()] for make in makers]


def _wiggles() -> list[float]:
    return [float(w) for w in np.linspace(-1, 1, VARIANTS)]


def _one_of_ten(name: str, wiggle: float) -> Field:
    if name == "disc":
        return disc(0, 0, 0.88)
    if name == "square":
        return polygon([(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)])
    if name == "triangle":
        return regular_polygon(3, 1.08)
    if name == "star":
        return star(5, 0.46 + 0.06 * wiggle, 1.1)
    if name == "cross":
        arm = 0.3 + 0.06 * wiggle
        return union(box(0, 0, 1, arm), box(0, 0, arm, 1))
    if name == "ring":
        return intersection(disc(0, 0, 0.95), -disc(0, 0, 0.48 + 0.1 * wiggle))
    if name == "crescent":
        return intersection(disc(0.1, 0, 0.98), -disc(0.62 - 0.08 * wiggle, 0, 0.80))
    if name == "heart":
        return _heart()
    if name == "arrow":
        return _arrow(0.24 + 0.05 * wiggle)
    return intersection(disc(-0.4, 0, 1.0), -(X + 0.4))  # half-disc: the half right of x = -0.4


def _heart() -> Field:
    t = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    x = 16 * np.sin(t) ** 3
    y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t))
    return polygon(np.stack([x, y + 2], axis=1) / 16.5)


def _arrow(shaft: float) -> Field:
    head = [(0.15, -0.8), (1.05, 0.0), (0.15, 0.8)]
    return polygon([(-1, -shaft), (0.15, -shaft), *head, (0.15, shaft), (-1, shaft)])


def _fish(wiggle: float) -> Field:
    body = ellipse(-0.2, 0, 0.85, 0.5 + 0.06 * wiggle)
    tail = polygon([(0.45, 0), (1.1, -0.55), (0.95, 0), (1.1, 0.55)])
    return union(body, tail)


def _cat_head(wiggle: float) -> Field:
    tip = -1.0 + 0.1 * wiggle
    left_ear = polygon([(-0.85, 0.1), (-0.8, tip), (-0.15, -0.45)])
    right_ear = polygon([(0.85, 0.1), (0.8, tip), (0.15, -0.45)])
    return union(ellipse(0, 0.2, 0.85, 0.72), left_ear, right_ear)


def _mushroom(wiggle: float) -> Field:
    cap = intersection(ellipse(0, 0.1, 1.0, 0.95), Y - 0.1)
    stem = box(0, 0.425, 0.26 + 0.05 * wiggle, 0.525)
    return union(cap, stem)
