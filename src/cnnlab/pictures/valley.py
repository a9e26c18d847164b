"""Paths of an optimiser down a narrow valley, seen from above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from cnnlab.pictures.picture import MUTED, PALETTE, Picture, style


def valley(
    paths: Mapping[str, Sequence[Sequence[float]]], curvature: tuple[float, float], title: str
) -> Picture:
    """Paths of points (along, across) over the contours of ½ (a·along² + b·across²)."""
    with style():
        picture = Picture(7.4, 1.2 + 1.5 * len(paths))
        panels = picture.subplots(len(paths), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
        along, across = np.meshgrid(np.linspace(-10, 5, 80), np.linspace(-2, 2, 80))
        height = 0.5 * (curvature[0] * along**2 + curvature[1] * across**2)
        for index, (axes, (name, path)) in enumerate(zip(panels, paths.items(), strict=True)):
            axes.contour(along, across, height, levels=12, colors="#cccccc", linewidths=0.8)
            axes.plot(*np.array(path).T, ".-", color=PALETTE[index % len(PALETTE)], markersize=4)
            axes.plot(0, 0, "+", color=MUTED)
            axes.set_title(name, fontsize=10)
            axes.set_ylabel("across")
        panels[-1].set_xlabel("along the valley")
        picture.headline(title)
    picture.alt = f"{title}. Paths: {'; '.join(paths)}."
    return picture
