"""The subset of Fashion-MNIST that comes with the package."""

from __future__ import annotations

import pytest
import torch

import cnnlab.data
from cnnlab.data import DataError, fashion
from cnnlab.models import LeNet5
from cnnlab.training import evaluate, fit

DIGEST = "25377efca6104858e60f142c7338e4d3b9486540dd0dfd32a9455c3dd60211e0"


def test_the_subset_is_always_the_same():
    data = cnnlab.data.load("fashion-mnist-small")
    assert data.train.images.shape == (10_000, 1, 28, 28)
    assert data.test.images.shape == (2_000, 1, 28, 28)
    assert torch.bincount(data.train.labels).tolist() == [1_000] * 10
    assert torch.bincount(data.test.labels).tolist() == [200] * 10
    assert (data.train.images.dtype, data.train.labels.dtype) == (torch.uint8, torch.int64)
    assert data.class_names[9] == "ankle boot"
    assert data.digest == DIGEST
    assert cnnlab.data.load("fashion-mnist-small", seed=5).digest == DIGEST


def test_no_picture_is_in_both_parts():
    data = cnnlab.data.load("fashion-mnist-small")
    both = torch.cat([data.train.images, data.test.images]).flatten(1)
    assert len({row.numpy().tobytes() for row in both}) == 12_000


def test_every_stretch_of_it_holds_all_classes():
    """A learner who takes train[:1000] gets a fair sample."""
    first = cnnlab.data.load("fashion-mnist-small").train[:1000]
    assert torch.bincount(first.labels, minlength=10).min() > 70


def test_its_licence_lies_beside_it():
    text = (fashion.SUBSET.parent / "FASHION_MNIST_LICENSE.txt").read_text()
    assert "Zalando SE" in text and "MIT License" in text


@pytest.mark.parametrize("damage", ["missing", "cut short", "something else"])
def test_a_damaged_installation_says_what_to_type(damage, tmp_path, monkeypatch):
    file = tmp_path / "subset.npz"
    if damage != "missing":
        whole = fashion.SUBSET.read_bytes()
        file.write_bytes(whole[:100_000] if damage == "cut short" else b"no archive")
    monkeypatch.setattr(fashion, "SUBSET", file)
    with pytest.raises(DataError, match="pip install --force-reinstall cnnlab"):
        cnnlab.data.load("fashion-mnist-small")


def test_options_for_generated_data_are_refused():
    with pytest.raises(DataError, match="n_train is for generated data"):
        cnnlab.data.load("fashion-mnist-small", n_train=100)


def test_lenet_learns_from_it():
    torch.manual_seed(0)
    data = cnnlab.data.load("fashion-mnist-small").with_validation(1_000)
    model = LeNet5(modern=True)
    history = fit(model, data, epochs=1, progress=False)
    assert history.validation_accuracy[-1] > 0.6  # 0.1 is chance
    assert evaluate(model, data, split="validation").accuracy == history.validation_accuracy[-1]
    assert evaluate(model, data).count == 2_000
