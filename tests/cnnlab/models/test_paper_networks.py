"""AlexNet, VGG and ResNet: published counts, and torchvision's outputs from its weights."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnlab import models
from cnnlab._torchvision import import_torchvision
from cnnlab.errors import CnnlabError

from .own_numbers import randomise

PUBLISHED_PARAMETERS = {
    "alexnet": 61_100_840,
    "vgg11": 132_863_336,
    "vgg13": 133_047_848,
    "vgg16": 138_357_544,
    "vgg19": 143_667_240,
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
    "resnet101": 44_549_160,
    "resnet152": 60_192_808,
    "googlenet": 6_998_552,  # with the paper's 5×5 kernels and biases, without auxiliary heads
    "densenet121": 7_978_856,
    "mobilenet": 4_231_976,
    "mobilenet_v2": 3_504_872,
    "efficientnet_lite0": 4_652_008,
}


@pytest.mark.parametrize(("name", "count"), PUBLISHED_PARAMETERS.items())
def test_parameter_counts_are_the_published_ones(name: str, count: int) -> None:
    with torch.device("meta"):
        assert models.count_parameters(models.create(name)) == count


def pair(name: str) -> tuple[nn.Module, nn.Module]:
    """Our network and torchvision's; ResNets with fewer blocks, for speed: the counts above fix
    how many there are."""
    theirs = import_torchvision().models
    if name == "alexnet":
        return models.AlexNet(num_classes=7), theirs.alexnet(num_classes=7)
    if name == "basic blocks":
        block, twin, blocks = models.ResidualBlock, theirs.resnet.BasicBlock, [2, 1, 1, 2]
    else:
        block, twin, blocks = models.Bottleneck, theirs.resnet.Bottleneck, [1, 2, 1, 1]
    ours = models.ResNet(block, blocks, num_classes=7)
    return ours, theirs.resnet.ResNet(twin, blocks, num_classes=7)


@pytest.mark.parametrize("name", ["alexnet", "basic blocks", "bottlenecks"])
def test_same_weights_by_name_give_torchvisions_outputs(name: str) -> None:
    ours, theirs = pair(name)
    randomise(theirs)
    ours.eval().load_state_dict(theirs.state_dict())
    x = torch.rand(2, 3, 65, 74)
    with torch.no_grad():
        torch.testing.assert_close(ours(x), theirs(x))


def test_same_weights_in_order_give_torchvisions_vgg() -> None:
    vgg11 = models.VGG_CONFIGS[11]
    ours = models.make_vgg(vgg11, num_classes=7, image_size=32, hidden=8).eval()
    with torch.device("meta"):
        theirs = import_torchvision().models.vgg11(num_classes=7)
    theirs.avgpool = nn.Identity()
    theirs.classifier[0] = nn.Linear(512, 8)  # small heads: the point is the convolutions
    theirs.classifier[3] = nn.Linear(8, 8)
    theirs.classifier[6] = nn.Linear(8, 7)
    randomise(theirs.to_empty(device="cpu"))
    with torch.no_grad():
        for mine, yours in zip(ours.parameters(), theirs.parameters(), strict=True):
            mine.copy_(yours)
        x = torch.rand(2, 3, 32, 32)
        torch.testing.assert_close(ours(x), theirs(x))


def test_vgg_batch_norm_reaches_the_dense_layers_and_replaces_biases() -> None:
    model = models.make_vgg([(1, 4), (2, 8)], num_classes=3, image_size=16, batch_norm=True)
    assert sum(isinstance(m, nn.BatchNorm2d) for m in model.modules()) == 3
    assert sum(isinstance(m, nn.BatchNorm1d) for m in model.modules()) == 2
    assert all(m.bias is None for m in model.modules() if isinstance(m, nn.Conv2d))
    assert model(torch.rand(2, 3, 16, 16)).shape == (2, 3)


def test_vgg_with_too_many_blocks_names_the_largest_number_that_fits() -> None:
    assert len(models.make_vgg([(1, 2)] * 4, 3, image_size=16).eval()) == 8
    with pytest.raises(CnnlabError, match="at most 4 blocks"):
        models.make_vgg([(1, 2)] * 5, 3, image_size=16)


def test_unknown_names_and_settings_are_explained() -> None:
    with pytest.raises(CnnlabError, match="resnet50"):
        models.create("resnet-50")
    with pytest.raises(CnnlabError, match="modern"):
        models.create("lenet5", moderne=True)
    with pytest.raises(CnnlabError, match="config"):
        models.create("vgg")


def test_every_registered_name_builds() -> None:
    needed = {"vgg": {"config": [(1, 4)], "num_classes": 2}}
    with torch.device("meta"):
        for name in models.names():
            assert isinstance(models.create(name, **needed.get(name, {})), nn.Module)
