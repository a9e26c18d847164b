"""Points of many dimensions, flattened to the plane in which they spread most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from cnnlab.pictures.picture import PALETTE, Picture, style

MARKERS = "o^sD*Pv<>X"
AT_MOST = 600  # more points hide one another


def feature_planes(
    spaces: Mapping[str, Tensor], labels: Tensor, class_names: Sequence[str]
) -> Picture:
    """Each space's points (N, D) in their two principal components, coloured by class.

    The description says how many points lie nearest to the centre of their own class.

    >>> feature_planes({"pixels": torch.eye(6)}, torch.arange(6) % 2, ["cat", "dog"]).axes[0]
    <Axes: title={'left': 'pixels'}>
    """
    told = []
    with style():
        picture = Picture(2.9 * len(spaces), 3.0)
        panels = picture.subplots(1, len(spaces), squeeze=False)[0]
        for axes, (name, points) in zip(panels, spaces.items(), strict=True):
            plane = _principal_plane(points.float().cpu())
            for k, class_name in enumerate(class_names):
                mine = plane[:AT_MOST][labels[:AT_MOST] == k]
                axes.scatter(
                    *mine.T.numpy(),
                    s=9,
                    marker=MARKERS[k % len(MARKERS)],
                    color=PALETTE[k % len(PALETTE)],
                    label=class_name,
                )
            axes.set(title=name, xticks=[], yticks=[])
            told.append(f"{name} {_near_their_own(plane, labels, len(class_names)):.0%}")
        panels[0].legend(frameon=True, fontsize=8)
    picture.alt = (
        "Points in the plane of their two principal components. Share that lies nearest to the "
        f"centre of its own class: {'; '.join(told)}."
    )
    return picture


def _principal_plane(points: Tensor) -> Tensor:
    """(N, D) to (N, 2)."""
    centred = points - points.mean(dim=0)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # the decomposition is a randomised one
        return centred @ torch.pca_lowrank(centred, q=2)[2]


def _near_their_own(plane: Tensor, labels: Tensor, classes: int) -> float:
    centres = torch.stack([plane[labels == k].mean(dim=0) for k in range(classes)])
    nearest = torch.cdist(plane, centres).argmin(dim=1)
    return (nearest == labels).float().mean().item()
