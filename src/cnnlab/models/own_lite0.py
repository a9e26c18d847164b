"""EfficientNet-Lite0 from somebody's own inverted residual blocks, with the weights of ours.

Lite0's block is MobileNetV2's with other settings: some kernels are 5×5, padding at stride 2 is
TensorFlow's, and batch norm has another ε. So each layer of an own block is exchanged for the layer
that runs in its place in ours, settings and weights. What the block does with them stays its own.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import torch
from torch import nn

from cnnlab.as_found import modes_kept
from cnnlab.errors import CnnlabError
from cnnlab.models.efficientnet import EfficientNetLite, MBConv

Block = Callable[[int, int, int, int], nn.Module]


def lite0_of(block: Block, like: EfficientNetLite) -> EfficientNetLite:
    """A copy of `like` whose blocks are made by `block`, called with in_channels,
    out_channels, stride and expansion.

    >>> from cnnlab import models
    >>> like = models.efficientnet_lite0(num_classes=3).eval()
    >>> own = lite0_of(models.InvertedResidual, like)
    >>> x = torch.rand(1, 3, 32, 32)
    >>> type(own.layer1[0]).__name__, torch.equal(own(x), like(x))
    ('InvertedResidual', True)
    """
    network = copy.deepcopy(like)
    for name, module in list(network.named_modules()):
        if isinstance(module, MBConv):
            stage, _, number = name.rpartition(".")
            setattr(network.get_submodule(stage), number, _own_block(block, module))
    return network.train(like.training)


def _own_block(block: Block, published: MBConv) -> nn.Module:
    depthwise, project = published.depthwise[0], published.project[0]
    assert isinstance(depthwise, nn.Conv2d) and isinstance(project, nn.Conv2d)
    wide = depthwise.in_channels
    narrow = wide
    if len(published.expand):
        first = published.expand[0]
        assert isinstance(first, nn.Conv2d)
        narrow = first.in_channels
    own = block(narrow, project.out_channels, depthwise.stride[0], wide // narrow)
    ours, theirs = (_layers_as_they_run(each, narrow) for each in (published, own))
    if [_kind(layer) for _, layer in ours] != [_kind(layer) for _, layer in theirs]:
        raise CnnlabError(
            "Your block can't take over the published weights: nn.Conv2d and nn.BatchNorm2d layers "
            f"run in the published block {len(ours)} times, in yours {len(theirs)} times, or with "
            "other channels. It may compute the right thing with other means."
        )
    for (_, layer), (name, _) in zip(ours, theirs, strict=True):
        place, _, last = name.rpartition(".")
        setattr(own.get_submodule(place), last, layer)
    return own


def _layers_as_they_run(block: nn.Module, channels: int) -> list[tuple[str, nn.Module]]:
    """Convolutions and batch norms with their names, in the order in which they run."""
    names = {module: name for name, module in block.named_modules()}
    ran: list[tuple[str, nn.Module]] = []
    handles = [
        module.register_forward_hook(lambda layer, given, out: ran.append((names[layer], layer)))
        for module in names
        if isinstance(module, (nn.Conv2d, nn.BatchNorm2d))
    ]
    try:
        with modes_kept(block), torch.no_grad():
            block.eval()(torch.zeros(1, channels, 8, 8))
    finally:
        for handle in handles:
            handle.remove()
    return ran


def _kind(layer: nn.Module) -> tuple[str, int, int]:
    if isinstance(layer, nn.Conv2d):
        return "convolution", layer.in_channels, layer.out_channels
    return "norm", 0, int(layer.num_features)  # type: ignore[arg-type]
