"""VGG (Simonyan, Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition,
2015): blocks of 3×3 convolutions, described by a list of numbers.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from torch import nn

from cnnlab.errors import CnnlabError
from cnnlab.models.initialisation import initialise_convolutions

# One (number of convolutions, channels) per block, as in the paper's columns A, B, D and E.
VGG_CONFIGS: dict[int, list[tuple[int, int]]] = {
    11: [(1, 64), (1, 128), (2, 256), (2, 512), (2, 512)],
    13: [(2, 64), (2, 128), (2, 256), (2, 512), (2, 512)],
    16: [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)],
    19: [(2, 64), (2, 128), (4, 256), (4, 512), (4, 512)],
}


def vgg_block(
    in_channels: int, out_channels: int, num_convs: int, batch_norm: bool = False
) -> nn.Sequential:
    """Stack 3×3 convolutions, each followed by ReLU, and halve the side with max pooling.

    With `batch_norm` a normalisation stands between convolution and ReLU; the convolution then has
    no bias, because the normalisation subtracts any constant and has a shift of its own.

    >>> [type(layer).__name__ for layer in vgg_block(3, 16, num_convs=1)]
    ['Conv2d', 'ReLU', 'MaxPool2d']
    """
    layers: list[nn.Module] = []
    for _ in range(num_convs):
        layers.append(
            nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1, bias=not batch_norm)
        )
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU(inplace=True))
        in_channels = out_channels
    layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)


def _dense_stage(n_in: int, n_out: int, batch_norm: bool, dropout: float) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Linear(n_in, n_out, bias=not batch_norm)]
    if batch_norm:
        layers.append(nn.BatchNorm1d(n_out))
    layers += [nn.ReLU(inplace=True), nn.Dropout(dropout)]
    return nn.Sequential(*layers)


def make_vgg(
    config: Sequence[tuple[int, int]],
    num_classes: int,
    in_channels: int = 3,
    image_size: int = 32,
    hidden: int = 128,
    batch_norm: bool = False,
    dropout: float = 0.5,
) -> nn.Sequential:
    """Build a VGG from a list of (convolutions, channels), one pair per block.

    The head is two hidden dense layers of `hidden` units and the logits. With `batch_norm` the
    hidden dense layers are normalised too: without that, high learning rates still break them.
    The children are `block1`, `block2`, …, `flatten`, `dense1`, `dense2`, `output`.

    >>> list(dict(make_vgg([(1, 16), (2, 32)], num_classes=10).named_children()))
    ['block1', 'block2', 'flatten', 'dense1', 'dense2', 'output']
    """
    side = image_size // 2 ** len(config)
    if side < 1:
        raise CnnlabError(
            f"{len(config)} blocks halve the side {len(config)} times, and {image_size} pixels are "
            f"gone before the end. Use at most {image_size.bit_length() - 1} blocks, or larger "
            "images."
        )
    network: OrderedDict[str, nn.Module] = OrderedDict()
    channels = in_channels
    for number, (num_convs, out_channels) in enumerate(config, start=1):
        network[f"block{number}"] = vgg_block(channels, out_channels, num_convs, batch_norm)
        channels = out_channels
    network["flatten"] = nn.Flatten()
    network["dense1"] = _dense_stage(channels * side * side, hidden, batch_norm, dropout)
    network["dense2"] = _dense_stage(hidden, hidden, batch_norm, dropout)
    network["output"] = nn.Linear(hidden, num_classes)
    model = nn.Sequential(network)
    initialise_convolutions(model)
    return model


def _paper_vgg(depth: int, num_classes: int) -> nn.Sequential:
    return make_vgg(VGG_CONFIGS[depth], num_classes, image_size=224, hidden=4096)


def vgg11(num_classes: int = 1000) -> nn.Sequential:
    """Column A of the paper, for 224×224 images.

    >>> import torch
    >>> from cnnlab.models import count_parameters
    >>> with torch.device("meta"):  # shapes without numbers: built at once
    ...     count_parameters(vgg11())
    132863336
    """
    return _paper_vgg(11, num_classes)


def vgg13(num_classes: int = 1000) -> nn.Sequential:
    """Column B of the paper, for 224×224 images.

    >>> import torch
    >>> from cnnlab.models import count_parameters
    >>> with torch.device("meta"):  # shapes without numbers: built at once
    ...     count_parameters(vgg13())
    133047848
    """
    return _paper_vgg(13, num_classes)


def vgg16(num_classes: int = 1000) -> nn.Sequential:
    """Column D of the paper, for 224×224 images.

    >>> import torch
    >>> from cnnlab.models import count_parameters
    >>> with torch.device("meta"):  # shapes without numbers: built at once
    ...     count_parameters(vgg16())
    138357544
    """
    return _paper_vgg(16, num_classes)


def vgg19(num_classes: int = 1000) -> nn.Sequential:
    """Column E of the paper, for 224×224 images.

    >>> import torch
    >>> from cnnlab.models import count_parameters
    >>> with torch.device("meta"):  # shapes without numbers: built at once
    ...     count_parameters(vgg19())
    143667240
    """
    return _paper_vgg(19, num_classes)
