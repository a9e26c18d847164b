"""Pretrained networks: the one that ships, and torchvision's."""

from __future__ import annotations

import shutil
import urllib.error
from pathlib import Path

import pytest
import torch

from cnnlab import data, models
from cnnlab._torchvision import import_torchvision
from cnnlab.errors import CnnlabError
from cnnlab.training import evaluate


def test_the_shipped_backbone_recognises_what_its_card_says() -> None:
    card = models.card("shapes-resnet")
    source = data.load("shapes_source", n_train=1, n_test=600)
    batches = data.batches(source.test, 300, normalize=(card.mean, card.std))
    accuracy = evaluate(models.pretrained("shapes-resnet"), batches).accuracy
    # On 600 pictures one standard error is 1.7 points.
    assert accuracy == pytest.approx(card.details["measured"]["test_accuracy_as_stored"], abs=0.07)
    assert card.class_names == source.class_names


def test_the_shipped_backbone_has_torchvisions_layer_names_and_fits_the_wheel() -> None:
    model = models.pretrained("shapes-resnet")
    children = [name for name, _ in model.named_children()]
    assert children == ["conv1", "bn1", "relu", "layer1", "layer2", "layer3", "fc"]
    theirs = {name for name, _ in import_torchvision().models.resnet18().named_children()}
    assert set(children) <= theirs
    assert not model.training
    assert all(p.dtype == torch.float32 and p.requires_grad for p in model.parameters())
    card = models.card("shapes-resnet")
    assert models.count_parameters(model) == card.details["parameters"]
    file = Path(models.__file__).parent / "weights" / card.details["file"]
    assert file.stat().st_size < 3_000_000


def test_changed_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = Path(models.__file__).parent / "weights"
    copied = tmp_path / "weights"
    shutil.copytree(weights, copied)
    file = copied / models.card("shapes-resnet").details["file"]
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    monkeypatch.setattr("cnnlab.models.trained._WEIGHTS", copied)
    with pytest.raises(CnnlabError, match="not the ones its card names"):
        models.pretrained("shapes-resnet")


@pytest.fixture
def torch_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder where torch keeps downloaded weights, and a network that is down."""

    def unreachable(*_args: object, **_kwargs: object) -> None:
        raise urllib.error.URLError("network is unreachable")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("torch.hub.urlopen", unreachable)
    (tmp_path / "hub" / "checkpoints").mkdir(parents=True)
    return tmp_path / "hub" / "checkpoints"


def test_without_a_network_the_message_names_the_alternatives(torch_home: Path) -> None:
    with pytest.raises(CnnlabError) as caught:
        models.pretrained("resnet18")
    for expected in ("network is unreachable", "shapes-resnet", str(torch_home)):
        assert expected in str(caught.value)


def test_weights_already_fetched_are_used_without_a_network(torch_home: Path) -> None:
    state = models.resnet18().state_dict()
    url = models.card("resnet18").details["url"]
    torch.save(state, torch_home / url.rsplit("/", 1)[-1])
    loaded = models.pretrained("resnet18")
    assert torch.equal(loaded.fc.weight, state["fc.weight"])
    assert not loaded.training


@pytest.mark.parametrize("content", [b"", b"PK cut short", b"<html>a login page</html>"])
def test_damaged_weights_in_torchs_cache_are_named(torch_home: Path, content: bytes) -> None:
    name = models.card("resnet18").details["url"].rsplit("/", 1)[-1]
    (torch_home / name).write_bytes(content)
    with pytest.raises(models.PretrainedError, match=f"{name}.*Delete it"):
        models.pretrained("resnet18")


def test_weights_of_another_network_are_named(torch_home: Path) -> None:
    name = models.card("resnet18").details["url"].rsplit("/", 1)[-1]
    torch.save(models.resnet34().state_dict(), torch_home / name)
    with pytest.raises(models.PretrainedError, match="another file"):
        models.pretrained("resnet18")


def test_missing_weights_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models.card("shapes-resnet")  # which is remembered
    monkeypatch.setattr("cnnlab.models.trained._WEIGHTS", tmp_path)
    with pytest.raises(models.PretrainedError, match="installation is incomplete"):
        models.pretrained("shapes-resnet")


def test_cards_of_torchvisions_networks_need_no_download(torch_home: Path) -> None:
    for name in models.pretrained_names()[2:]:
        card = models.card(name)
        assert card.image_size == 224
        assert card.mean == (0.485, 0.456, 0.406) and card.std == (0.229, 0.224, 0.225)
        assert len(card.class_names) == 1000


@pytest.mark.parametrize("function", [models.pretrained, models.card])
def test_unknown_names_are_explained(function) -> None:
    with pytest.raises(CnnlabError, match="Did you mean 'shapes-resnet'"):
        function("shape-resnet")
