"""Inception, dense, separable and inverted blocks: torchvision's outputs from its weights, and what
sets each of them apart.
"""

from __future__ import annotations

import importlib

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from cnnlab import models
from cnnlab._torchvision import import_torchvision

from .own_numbers import randomise


def copy_in_order(ours: nn.Module, theirs: nn.Module) -> None:
    """Both networks name their layers differently and define them in the same order."""
    pairs = zip(ours.state_dict().values(), theirs.state_dict().values(), strict=True)
    for mine, yours in pairs:
        mine.copy_(yours)
    ours.eval()


def theirs_and_ours(name: str) -> tuple[nn.Module, nn.Module, tuple[int, ...]]:
    """torchvision's, ours, and a shape that both take. Their GoogLeNet has 3×3 where the paper has
    5×5, so its block gets the paper's kernel."""
    library = import_torchvision()
    if name == "mobilenet_v2":
        return library.models.mobilenet_v2(num_classes=7), models.MobileNetV2(7), (2, 3, 65, 74)
    if name == "densenet":
        theirs = library.models.DenseNet(32, (1, 2, 3, 2), num_classes=7)
        ours = models.densenet121(num_classes=7)
        smaller = models.DenseNet(ours.stem, 64, 32, (1, 2, 3, 2), 7, bottleneck=128)
        return theirs, smaller, (2, 3, 65, 74)
    if name == "inception":
        library_blocks = importlib.import_module("torchvision.models.googlenet")
        theirs = library_blocks.Inception(12, 4, 6, 8, 2, 3, 5)
        theirs.branch3[1].conv = nn.Conv2d(2, 3, 5, padding=2, bias=False)
        ours = models.InceptionBlock(12, 4, (6, 8), (2, 3), 5, batch_norm=True)
        for norm in (m for m in ours.modules() if isinstance(m, nn.BatchNorm2d)):
            norm.eps = 1e-3
        return theirs, ours, (2, 12, 9, 7)
    if name == "squeeze_excite":
        return library.ops.SqueezeExcitation(12, 3), models.SqueezeExcite(12), (2, 12, 9, 7)
    channels, out_channels, stride, expansion = map(int, name.split("-"))
    theirs = library.models.mobilenetv2.InvertedResidual(channels, out_channels, stride, expansion)
    ours = models.InvertedResidual(channels, out_channels, stride, expansion)
    return theirs, ours, (2, channels, 9, 8)


@pytest.mark.parametrize(
    "name",
    [
        *("mobilenet_v2", "densenet", "inception", "squeeze_excite"),
        *("24-24-1-6", "24-24-2-6", "16-24-1-6", "8-8-1-1"),
    ],
)
def test_same_weights_in_order_give_torchvisions_outputs(name: str) -> None:
    theirs, ours, shape = theirs_and_ours(name)
    randomise(theirs)
    copy_in_order(ours, theirs)
    x = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        torch.testing.assert_close(ours(x), theirs(x))


def test_googlenets_plan_is_torchvisions() -> None:
    """Every 1×1 and 3×3 branch has the channels of torchvision's, which has the paper's."""
    with torch.device("meta"):
        theirs = import_torchvision().models.googlenet(aux_logits=False, init_weights=False)
        ours = models.GoogLeNet()
    for name, block in ours.blocks.named_children():
        if isinstance(block, models.InceptionBlock):
            twin = getattr(theirs, f"inception{name}")
            wide = [m.out_channels for m in block.modules() if isinstance(m, nn.Conv2d)]
            assert wide == [m.out_channels for m in twin.modules() if isinstance(m, nn.Conv2d)]
    assert sum(isinstance(m, models.InceptionBlock) for m in ours.modules()) == 9


def test_a_depthwise_separable_convolution_is_one_convolution_with_fewer_choices() -> None:
    """Without what stands between its halves, the two are a 3×3 convolution whose kernels are
    multiples of one kernel for each input channel."""
    block = models.DepthwiseSeparable(3, 5, stride=2)
    weight = block.pointwise.weight * block.depthwise.weight.transpose(0, 1)  # (5, 3, 3, 3)
    x = torch.randn(2, 3, 9, 8)
    whole = F.conv2d(x, weight, stride=2, padding=1)
    torch.testing.assert_close(block.pointwise(block.depthwise(x)), whole)


def test_a_separable_block_has_a_norm_and_a_relu_after_each_half() -> None:
    block = randomise(models.DepthwiseSeparable(4, 6))
    x = torch.randn(2, 4, 7, 6)
    out = F.conv2d(x, block.depthwise.weight, padding=1, groups=4)
    out = F.conv2d(block.bn1(out).relu(), block.pointwise.weight)
    with torch.no_grad():
        torch.testing.assert_close(block(x), block.bn2(out).relu())


def test_a_dense_block_hands_everything_on_as_it_is() -> None:
    block = models.DenseBlock(5, growth=3, layers=4).eval()
    x = torch.randn(2, 5, 6, 7)
    with torch.no_grad():
        out = block(x)
        shorter = models.DenseBlock(5, growth=3, layers=2).eval()
        shorter.layers[0], shorter.layers[1] = block.layers[0], block.layers[1]
        assert torch.equal(out[:, :5], x)
        assert torch.equal(out[:, :11], shorter(x))
    assert out.shape[1] == block.out_channels == 17


@pytest.mark.parametrize("size", [(28, 28), (32, 20)])
@pytest.mark.parametrize("name", ["small_googlenet", "small_densenet", "small_mobilenet"])
def test_small_networks_take_small_images_and_learn(name: str, size: tuple[int, int]) -> None:
    model = models.create(name, num_classes=3, in_channels=1)
    assert models.count_parameters(model) < 150_000
    logits = model(torch.rand(4, 1, *size))
    assert logits.shape == (4, 3)
    F.cross_entropy(logits, torch.tensor([0, 1, 2, 0])).backward()
    assert all(p.grad is not None for p in model.parameters())
