"""Networks of unit 03: VGGs with one dense layer, and with a single filter for every stack."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import nn

from cnnlab.models import vgg_block
from cnnlab.models.initialisation import initialise_convolutions


def one_large_filter(in_channels: int, out_channels: int, num_convs: int) -> nn.Sequential:
    """A block that sees as far as `num_convs` layers of 3×3, with a single convolution."""
    side = 2 * num_convs + 1
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, side, padding=side // 2), nn.ReLU(), nn.MaxPool2d(2)
    )


BLOCKS: dict[str, Callable[[int, int, int], nn.Module]] = {
    "small filters": vgg_block,
    "large filters": one_large_filter,
}


def network(
    block: str, config: Sequence[tuple[int, int]], side: int, num_classes: int
) -> nn.Sequential:
    """Blocks, and one dense layer for the logits; convolutions start as He et al. (2015) say."""
    layers: list[nn.Module] = []
    channels = 3
    for num_convs, width in config:
        layers.append(BLOCKS[block](channels, width, num_convs))
        channels = width
    numbers = channels * (side // 2 ** len(config)) ** 2
    model = nn.Sequential(*layers, nn.Flatten(), nn.Linear(numbers, num_classes))
    initialise_convolutions(model)
    return model
