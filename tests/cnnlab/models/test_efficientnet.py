"""EfficientNet-Lite0: its published layout, its published weights, and what it says of photographs.

`published` is the layout as the weights' authors describe it, written by the tensors' own names.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from cnnlab import anatomy, data, imagenet_package, models
from cnnlab.models import imagenet_lite0
from cnnlab.seeing import capture

INSTALLED = pytest.mark.skipif(
    imagenet_lite0.weights_file() is None,
    reason=f"the weights are not installed: {imagenet_package.INSTALL}",
)


def test_continuous_integration_has_the_weights() -> None:
    """So that no test which needs them is skipped there."""
    assert imagenet_lite0.weights_file() is not None or "CI" not in os.environ


# What the published network says, three classes each, on the photographs of the package.
TOP_3 = {
    "cat": {"tiger cat", "Egyptian cat", "tabby"},
    "coffee": {"espresso", "cup", "consomme"},
    "rocket": {"missile", "projectile", "drilling platform"},
    "temple": {"palace", "bell cote", "lakeside"},
    "flower": {"daisy", "bee", "mushroom"},
    "photographer": {"tripod", "harmonica", "binoculars"},
}
STRIDE_2 = {1, 3, 5, 11}  # blocks that halve the side, counted through the network


def padded_conv(x: torch.Tensor, weight: torch.Tensor, stride: int, groups: int) -> torch.Tensor:
    """TensorFlow's SAME padding, for sides that the stride divides."""
    missing = weight.shape[-1] - stride
    near, far = missing // 2, missing - missing // 2
    return F.conv2d(F.pad(x, (near, far, near, far)), weight, stride=stride, groups=groups)


def published(state: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    def step(x: torch.Tensor, conv: str, norm: str, stride: int = 1, depthwise: bool = False):
        x = padded_conv(x, state[f"{conv}.weight"], stride, x.shape[1] if depthwise else 1)
        mean, var, weight, bias = (
            state[f"{norm}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")
        )
        return F.batch_norm(x, mean, var, weight, bias, eps=1e-3)

    x = step(x, "_conv_stem", "_bn0", stride=2).clamp(0, 6)
    for number in range(16):
        block, before = f"_blocks.{number}", x
        if f"{block}._expand_conv.weight" in state:
            x = step(x, f"{block}._expand_conv", f"{block}._bn0").clamp(0, 6)
        stride = 2 if number in STRIDE_2 else 1
        x = step(x, f"{block}._depthwise_conv", f"{block}._bn1", stride, True).clamp(0, 6)
        x = step(x, f"{block}._project_conv", f"{block}._bn2")
        if stride == 1 and x.shape == before.shape:
            x = x + before
    x = step(x, "_conv_head", "_bn1").clamp(0, 6)
    return F.linear(x.mean((2, 3)), state["_fc.weight"], state["_fc.bias"])


@pytest.fixture(scope="module")
def photographs() -> torch.Tensor:
    card = models.card("efficientnet-lite0")
    return torch.cat([card.prepare(photo.image) for photo in data.photos(*TOP_3).values()])


@pytest.fixture(scope="module")
def lite0():
    return models.pretrained("efficientnet-lite0")


@INSTALLED
def test_outputs_are_the_published_networks(lite0, photographs) -> None:
    state = torch.load(imagenet_lite0.weights_file(), weights_only=True)
    with torch.no_grad():
        ours, theirs = lite0(photographs), published(state, photographs)
    assert theirs.abs().max() > 5, "the comparison has to be about something"
    assert torch.allclose(ours, theirs, atol=1e-3)


@INSTALLED
def test_it_says_of_six_photographs_what_the_published_network_says(lite0, photographs) -> None:
    names = models.card("efficientnet-lite0").class_names
    with torch.no_grad():
        probabilities = lite0(photographs).softmax(1)
    for photo, row in zip(TOP_3, probabilities, strict=True):
        assert {names[i] for i in row.topk(3).indices} >= _sure(photo, row, names)
    said = dict(zip(TOP_3, probabilities, strict=True))
    assert said["coffee"][names.index("espresso")] > 0.9
    assert said["photographer"][names.index("tripod")] > 0.9
    assert sum(said["cat"][names.index(cat)] for cat in TOP_3["cat"]) > 0.85


def _sure(photo: str, row: torch.Tensor, names: tuple[str, ...]) -> set[str]:
    """The recorded classes, without those that a differently rounded JPEG could exchange."""
    return {name for name in TOP_3[photo] if row[names.index(name)] > 0.05}


@INSTALLED
def test_stages_and_head_are_called_as_in_a_resnet(lite0, photographs) -> None:
    stages = [f"layer{number}" for number in range(1, 8)]
    maps = capture(lite0, stages, photographs[:1])
    assert [tuple(maps[name].shape[1:]) for name in stages] == [
        (16, 112, 112),
        (24, 56, 56),
        (40, 28, 28),
        (80, 14, 14),
        (112, 14, 14),
        (192, 7, 7),
        (320, 7, 7),
    ]
    assert lite0.fc.out_features == 1000
    assert not lite0.training
    assert all(p.requires_grad and p.dtype == torch.float32 for p in lite0.parameters())


@INSTALLED
def test_it_can_be_trained_on(lite0) -> None:
    """As transfer does it: a new head, the rest frozen."""
    model = models.pretrained("efficientnet-lite0")
    model.requires_grad_(False)
    model.fc = torch.nn.Linear(model.fc.in_features, 3)
    F.cross_entropy(model(torch.rand(4, 3, 64, 64)), torch.tensor([0, 1, 2, 0])).backward()
    assert model.fc.weight.grad.abs().sum() > 0
    assert model.layer1[0].project[0].weight.grad is None


def test_the_published_parameter_count_by_stages() -> None:
    model = models.create("efficientnet_lite0", num_classes=10)
    assert [len(model.get_submodule(f"layer{i}")) for i in range(1, 8)] == [1, 2, 2, 3, 3, 4, 1]
    assert models.count_parameters(model) == 4_652_008 - 990 * 1281
    assert model(torch.zeros(2, 3, 65, 47)).shape == (2, 10)


@pytest.mark.parametrize("size", [7, 8, 11, 14])
@pytest.mark.parametrize("kernel", [3, 5])
def test_the_padding_is_tensorflows(size: int, kernel: int) -> None:
    """Its rule: a position for each stride, and the odd one of the missing pixels at the end."""
    conv = models.efficientnet.SameConv2d(1, 1, kernel, stride=2, bias=False)
    torch.nn.init.ones_(conv.weight)
    positions = (size + 1) // 2
    missing = (positions - 1) * 2 + kernel - size
    starts = [2 * i - missing // 2 for i in range(positions)]
    covered = [len(set(range(s, s + kernel)) & set(range(size))) for s in starts]
    out = conv(torch.ones(1, 1, size, size))[0, 0]
    assert out.tolist() == [[r * c for c in covered] for r in covered]


def test_every_layer_can_be_traced() -> None:
    model = models.create("efficientnet_lite0", num_classes=10).eval()
    table = anatomy.trace(model, (3, 64, 64))
    assert 0 < table.multiply_adds < 60_000_000


def test_without_the_package_the_message_says_what_to_type(monkeypatch) -> None:
    monkeypatch.setattr(imagenet_package, "_PACKAGE", "a_package_that_is_not_there")
    with pytest.raises(models.PretrainedError) as caught:
        models.pretrained("efficientnet-lite0")
    assert 'pip install "cnnlab[pretrained]"' in str(caught.value)
    assert 'pretrained("shapes-resnet")' in str(caught.value)
    assert len(models.card("efficientnet-lite0").class_names) == 1000
    assert models.pretrained("shapes-resnet") is not None


@pytest.mark.parametrize("content", [None, b"", b"PK cut short"])
def test_a_damaged_package_says_what_to_type(content, tmp_path: Path, monkeypatch) -> None:
    file = tmp_path / "weights.pth"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr(imagenet_lite0, "weights_file", lambda: file)
    with pytest.raises(models.PretrainedError, match="--force-reinstall efficientnet-lite0"):
        models.pretrained("efficientnet-lite0")


def test_its_card_is_its_own() -> None:
    card = models.card("efficientnet-lite0")
    assert (card.image_size, card.shorter_side) == (224, 256)
    assert card.mean == pytest.approx((0.498,) * 3, abs=1e-3)
    assert card.std == pytest.approx((0.502,) * 3, abs=1e-3)
    assert card.class_names[967] == "espresso"
    assert card.details["licence"] == "Apache 2.0"
