"""Lite0 of somebody's own blocks says exactly what the published network says."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnlab import data, imagenet_package, models
from cnnlab.errors import CnnlabError
from cnnlab.models import imagenet_lite0

PHOTOGRAPHS = ("cat", "coffee", "rocket", "temple", "flower", "photographer")


class Own(nn.Module):
    """A learner's way to write it: one list of layers, made out of the order in which they run."""

    def __init__(
        self, in_channels: int, out_channels: int, stride: int = 1, expansion: int = 6
    ) -> None:
        super().__init__()
        wide = in_channels * expansion
        self.last = nn.Conv2d(wide, out_channels, 1, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(n) for n in (out_channels, wide, wide))
        self.middle = nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False)
        self.first = nn.Conv2d(in_channels, wide, 1, bias=False) if expansion > 1 else None
        self.adds = stride == 1 and in_channels == out_channels
        if self.first is None:
            del self.norms[2]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = x if self.first is None else F.relu6(self.norms[2](self.first(x)))
        out = F.relu6(self.norms[1](self.middle(out)))
        out = self.norms[0](self.last(out))
        return x + out if self.adds else out


class EndsInReLU(Own):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(super().forward(x))


class Functional(nn.Module):
    def __init__(
        self, in_channels: int, out_channels: int, stride: int = 1, expansion: int = 6
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(out_channels, in_channels, 1, 1))
        self.stride = stride

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.conv2d(x, self.weight, stride=self.stride)


@pytest.mark.skipif(
    imagenet_lite0.weights_file() is None,
    reason=f"the weights are not installed: {imagenet_package.INSTALL}",
)
@pytest.mark.parametrize("block", [Own, models.InvertedResidual])
def test_equal_logits_on_six_photographs(block) -> None:
    like = models.pretrained("efficientnet-lite0")
    card = models.card("efficientnet-lite0")
    images = torch.cat([card.prepare(photo.image) for photo in data.photos(*PHOTOGRAPHS).values()])
    own = models.lite0_of(block, like)
    with torch.no_grad():
        theirs, ours = like(images), own(images)
    assert sum(isinstance(module, block) for module in own.modules()) == 16
    assert theirs.abs().max() > 5
    torch.testing.assert_close(ours, theirs)


def untrained() -> models.EfficientNetLite:
    """With running statistics that fit its weights: otherwise next to nothing gets through."""
    torch.manual_seed(0)
    network = models.efficientnet_lite0(num_classes=5).train()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None  # the mean of all batches so far
    with torch.no_grad():
        network(torch.randn(4, 3, 64, 64))
    return network.eval()


def test_a_block_that_does_something_else_is_seen() -> None:
    like, x = untrained(), torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        gap = (models.lite0_of(EndsInReLU, like)(x) - like(x)).abs().max()
    assert gap > 1e-3


def test_the_network_that_was_copied_stays_as_it_was() -> None:
    like = untrained()
    before = {name: tensor.clone() for name, tensor in like.state_dict().items()}
    own = models.lite0_of(Own, like)
    for tensor in own.state_dict().values():
        tensor.zero_()
    assert all(torch.equal(before[name], tensor) for name, tensor in like.state_dict().items())
    assert not like.training and not own.training
    assert not any(module._forward_hooks for module in own.modules())


def test_a_block_of_other_layers_is_told_why_it_does_not_fit() -> None:
    with pytest.raises(CnnlabError, match="published weights"):
        models.lite0_of(Functional, untrained())
