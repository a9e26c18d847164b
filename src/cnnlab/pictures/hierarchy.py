"""Feature maps from several depths of one network, on one image: from edges to objects."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from cnnlab.pictures.picture import Picture, style


def maps_by_depth(image: Tensor, layers: Mapping[str, Tensor], columns: int = 6) -> Picture:
    """One row for each layer: the image, then the maps (C, H, W) that vary most.

    `image` is uint8 (3, H, W). Bright is high; each map has its own scale, and its channel's number
    above it.

    >>> import torch
    >>> image = torch.zeros(3, 8, 8, dtype=torch.uint8)
    >>> maps_by_depth(image, {"layer1": torch.rand(4, 4, 4)}, columns=2).alt
    'Feature maps of one image, 2 for each layer: layer1 4 channels of 4×4. Bright is high.'
    """
    pixels = image.permute(1, 2, 0).numpy()
    with style():
        picture = Picture(1.15 * (columns + 1), 1.35 * len(layers))
        grid = picture.subplots(len(layers), columns + 1, squeeze=False)
        for row, (name, maps) in zip(grid, layers.items(), strict=True):
            row[0].imshow(pixels)
            row[0].set_title(name, fontsize=9)
            strongest = maps.flatten(1).std(dim=1).topk(min(columns, len(maps))).indices.tolist()
            for axes, channel in zip(row[1:], strongest, strict=False):
                axes.imshow(maps[channel].numpy(), cmap="viridis")
                axes.set_title(str(channel), fontsize=7)
            for axes in row:
                axes.set_axis_off()
    sizes = ", ".join(
        f"{name} {m.shape[0]} channels of {m.shape[1]}×{m.shape[2]}" for name, m in layers.items()
    )
    picture.alt = f"Feature maps of one image, {columns} for each layer: {sizes}. Bright is high."
    return picture
