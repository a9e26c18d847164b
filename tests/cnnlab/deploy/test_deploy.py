"""Deployed networks say what the trained ones say, in float32 and, nearly always, in bytes."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import torch
from torch import nn

from cnnlab import data, deploy, models, training

CLOTHES = data.load("fashion-mnist-small")


def prepared(part: str, count: int) -> torch.Tensor:
    return next(iter(CLOTHES.batches(part, count, shuffle=False)))[0]


@pytest.fixture(scope="module")
def trained() -> nn.Module:
    """Learned enough for answers that rounding could change, in two seconds."""
    torch.manual_seed(0)
    net = nn.Sequential(
        *(nn.Conv2d(1, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU()),
        *(nn.Conv2d(8, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()),
        *(nn.AvgPool2d(7), nn.Flatten(), nn.Linear(16, 10)),
    )
    training.fit(net, CLOTHES, epochs=1, progress=False)
    return net.train()  # exported in evaluation mode all the same


@pytest.fixture(scope="module")
def file(trained: nn.Module, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return deploy.export(
        trained, tmp_path_factory.mktemp("deploy") / "net.onnx", prepared("train", 2)
    )


def test_float32_is_within_a_ten_thousandth_of_torch(trained: nn.Module, file: Path) -> None:
    for count in (1, 2, 1000):
        images = prepared("test", count)
        modes = [module.training for module in trained.modules()]
        with torch.no_grad():
            wanted = trained.eval()(images)
        for module, mode in zip(trained.modules(), modes, strict=True):
            module.training = mode
        assert (deploy.Runtime(file)(images) - wanted).abs().max() < 1e-4


def test_exporting_leaves_the_network_as_it_was(trained: nn.Module, file: Path) -> None:
    assert all(module.training for module in trained.modules())
    assert all(p.requires_grad for p in trained.parameters())


@pytest.mark.parametrize("name", ["lenet5", "resnet", "lite0"])
def test_the_networks_of_the_course_can_be_exported(name: str, tmp_path: Path) -> None:
    torch.manual_seed(1)
    made = {
        "lenet5": lambda: models.LeNet5(modern=True),
        "resnet": lambda: models.SmallResNet([1, 1], [8, 16], num_classes=10, in_channels=1),
        "lite0": lambda: models.efficientnet_lite0(num_classes=10),
    }[name]().eval()
    images = torch.rand(3, 3, 64, 64) if name == "lite0" else prepared("test", 3)
    out = deploy.Runtime(deploy.export(made, tmp_path / "net.onnx", images[:1]))(images)
    with torch.no_grad():
        assert (out - made(images)).abs().max() < 1e-4


def test_quantised_it_is_smaller_and_seldom_says_something_else(
    trained: nn.Module, tmp_path: Path
) -> None:
    found = deploy.compare(trained, CLOTHES, folder=tmp_path)
    torchs, full, small = found.rows.values()
    assert (tmp_path / "net.int8.onnx").stat().st_size == small.bytes
    assert full.largest_difference < 1e-4
    assert full.accuracy == torchs.accuracy
    assert small.largest_difference > 0  # something was rounded
    assert small.same_answers > 0.95
    assert abs(small.accuracy - torchs.accuracy) < 0.02
    assert all(row.milliseconds_for_one > 0 for row in found.rows.values())
    assert "2,000 test images" in str(found) and "INT8" in str(found)


def test_the_weights_in_the_quantised_file_are_bytes(
    trained: nn.Module, file: Path, tmp_path: Path
) -> None:
    import onnx

    small = deploy.quantize(file, tmp_path / "small.onnx", prepared("train", 300))
    kinds = {
        tuple(each.dims): each.data_type for each in onnx.load(small).graph.initializer if each.dims
    }
    assert kinds[8, 1, 3, 3] == kinds[16, 8, 3, 3] == onnx.TensorProto.INT8


def test_a_wrong_shape_is_told(file: Path) -> None:
    with pytest.raises(deploy.DeployError, match=r"batches \(N, 1, 28, 28\)"):
        deploy.Runtime(file)(torch.rand(2, 1, 14, 14))


def test_what_is_no_network_is_told(tmp_path: Path) -> None:
    with pytest.raises(deploy.DeployError, match="no file"):
        deploy.Runtime(tmp_path / "none.onnx")
    (tmp_path / "text.onnx").write_text("not a network")
    with pytest.raises(deploy.DeployError, match=r"text\.onnx"):
        deploy.Runtime(tmp_path / "text.onnx")


def test_calibration_without_images_is_told(file: Path, tmp_path: Path) -> None:
    with pytest.raises(deploy.DeployError, match="Calibration needs images"):
        deploy.quantize(file, tmp_path / "small.onnx", torch.zeros(0, 1, 28, 28))


def test_a_folder_that_is_not_there_is_told(trained: nn.Module, tmp_path: Path) -> None:
    with pytest.raises(deploy.DeployError, match="no folder"):
        deploy.export(trained, tmp_path / "nowhere" / "net.onnx", prepared("test", 2))


def test_a_network_that_decides_by_its_numbers_is_told(tmp_path: Path) -> None:
    class Decides(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.flatten(1) if x.sum() > 0 else -x.flatten(1)

    with pytest.raises(deploy.DeployError, match="can't be exported"):
        deploy.export(Decides(), tmp_path / "net.onnx", prepared("test", 2))


def test_without_the_packages_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "onnxruntime" else find(name)
    )
    assert not deploy.available()
    net = nn.Conv2d(1, 1, 3)
    for attempt in (
        lambda: deploy.export(net, tmp_path / "net.onnx", torch.rand(2, 1, 8, 8)),
        lambda: deploy.quantize("net.onnx", "small.onnx", torch.rand(2, 1, 8, 8)),
        lambda: deploy.Runtime("net.onnx"),
        lambda: deploy.compare(net, CLOTHES),
    ):
        with pytest.raises(deploy.DeployError, match=r"onnxruntime is not.*cnnlab\[deploy\]"):
            attempt()
