"""Draws docs/images/overview.png, the README's picture: python tools/overview_picture.py"""

from __future__ import annotations

from pathlib import Path

import torch
from torch.nn import functional as F

from cnnlab.data import load
from cnnlab.pictures import Picture
from cnnlab.widgets.convolution import KERNELS

TARGET = Path(__file__).parents[1] / "docs" / "images" / "overview.png"


def main() -> None:
    data = load("shapes10", n_train=200, n_test=10)
    split = data.train
    first = [int((split.labels == label).nonzero()[1]) for label in range(10)]
    star = split.images[first[data.class_names.index("star")]].float() / 255
    weight = torch.stack(list(KERNELS.values()))[:, None]
    grey = F.pad(star.mean(0, keepdim=True)[None], (1, 1, 1, 1), mode="replicate")[0]
    maps = F.conv2d(grey, weight.to(grey.dtype))
    picture = Picture(10.5, 3.7)
    axes = picture.subplots(2, 7)
    for place, index in enumerate(first):
        row, column = divmod(place, 5)
        _show(axes[row, column], split.images[index].permute(1, 2, 0), data.class_names[place])
    _show(axes[0, 5], star.permute(1, 2, 0), "one image …")
    _show(axes[0, 6], maps[0], "… left/right", cmap="RdBu_r")
    _show(axes[1, 5], maps[1], "… above/below", cmap="RdBu_r")
    _show(axes[1, 6], maps[2], "… blur", cmap="gray")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(picture.png())
    print(TARGET)


def _show(axes, values, title, **style) -> None:
    axes.imshow(values.numpy(), **style)
    axes.set_title(title, fontsize=10)
    axes.set(xticks=[], yticks=[])


if __name__ == "__main__":
    main()
