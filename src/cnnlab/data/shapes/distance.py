"""Signed distance fields: a shape as a grid of numbers, negative inside and positive outside.

The number says how far the nearest edge is. Two shapes are joined by the smaller of their
distances and cut by the larger one, and an edge of any sharpness falls out of a single clamp.
Every field covers the square [-REACH, REACH] x [-REACH, REACH] with CELLS x CELLS cells; y grows
downwards, as it does in pictures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Field = npt.NDArray[np.float64]
Points = npt.NDArray[np.float64]

CELLS = 64
REACH = 1.6
FAR = 9.0  # larger than any distance on the grid

_centres = (np.arange(CELLS) + 0.5) / CELLS * 2 * REACH - REACH
X, Y = np.meshgrid(_centres, _centres)


def union(*fields: Field) -> Field:
    """Where any of the shapes is."""
    return np.minimum.reduce(fields)


def intersection(*fields: Field) -> Field:
    """Where all of the shapes are; pass `-field` to cut a shape away."""
    return np.maximum.reduce(fields)


def disc(cx: float, cy: float, radius: float) -> Field:
    """A filled circle."""
    return np.hypot(X - cx, Y - cy) - radius


def ellipse(cx: float, cy: float, rx: float, ry: float) -> Field:
    """A filled ellipse. Its distances are approximate, exact only on the edge."""
    return (np.hypot((X - cx) / rx, (Y - cy) / ry) - 1) * min(rx, ry)


def box(cx: float, cy: float, half_width: float, half_height: float, angle: float = 0.0) -> Field:
    """A filled rectangle, turned by `angle` radians around its centre."""
    along = (X - cx) * math.cos(angle) + (Y - cy) * math.sin(angle)
    across = -(X - cx) * math.sin(angle) + (Y - cy) * math.cos(angle)
    return intersection(np.abs(along) - half_width, np.abs(across) - half_height)


def segment(start: Sequence[float], end: Sequence[float]) -> Field:
    """Unsigned distance to a straight line between two points."""
    ax, ay = start
    dx, dy = end[0] - ax, end[1] - ay
    length_squared = dx * dx + dy * dy + 1e-12
    where = np.clip(((X - ax) * dx + (Y - ay) * dy) / length_squared, 0, 1)
    return np.hypot(X - ax - where * dx, Y - ay - where * dy)


def stroke(points: Sequence[Sequence[float]], half_width: float) -> Field:
    """A line of a certain thickness through the points, with round ends."""
    pieces = [segment(a, b) for a, b in pairwise(points)]
    return union(*pieces) - half_width


def polygon(points: npt.ArrayLike) -> Field:
    """A filled polygon. Inside is where a ray to the right crosses an odd number of edges."""
    corners = np.asarray(points, dtype=np.float64)
    distance = np.full_like(X, FAR)
    inside = np.zeros(X.shape, dtype=bool)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        distance = np.minimum(distance, segment((ax, ay), (bx, by)))
        if ay != by:  # a horizontal edge is never crossed by a horizontal ray
            crosses = (ay > Y) != (by > Y)
            inside ^= crosses & (ax + (Y - ay) * (bx - ax) / (by - ay) > X)
    return np.where(inside, -distance, distance)


def around(radius: float | Points, angle: Points) -> Points:
    """Points at the given radii and angles around the origin, shape (number of points, 2)."""
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def regular_polygon(corners: int, radius: float, first_angle: float = -math.pi / 2) -> Field:
    """Equal sides, with the first corner at the top."""
    return polygon(around(radius, first_angle + np.arange(corners) * 2 * math.pi / corners))


def star(spikes: int, inner: float, outer: float) -> Field:
    """A star whose corners alternate between two radii."""
    step = np.arange(2 * spikes)
    radii = np.where(step % 2 == 0, outer, inner * outer)
    return polygon(around(radii, -math.pi / 2 + step * math.pi / spikes))


def radial(radius_at: Callable[[Points], Points], corners: int = 96) -> Field:
    """A closed curve given by its radius as a function of the angle."""
    angle = np.arange(corners) * 2 * math.pi / corners
    return polygon(around(radius_at(angle), angle))
