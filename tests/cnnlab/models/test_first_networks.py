"""LeNet-5, SimpleCNN and the matched dense network."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnlab import models
from cnnlab.errors import CnnlabError


@pytest.mark.parametrize("modern", [False, True])
@pytest.mark.parametrize("image_size", [28, 32])
def test_lenet5_has_61706_parameters_at_either_size(image_size: int, modern: bool) -> None:
    model = models.LeNet5(image_size=image_size, modern=modern)
    assert models.count_parameters(model) == 61_706
    assert model(torch.rand(3, 1, image_size, image_size)).shape == (3, 10)


def test_classic_and_modern_lenet5_differ_in_activation_and_pooling() -> None:
    classic = {type(m) for m in models.LeNet5().modules()}
    modern = {type(m) for m in models.LeNet5(modern=True).modules()}
    assert classic - modern == {nn.Tanh, nn.AvgPool2d}
    assert modern - classic == {nn.ReLU, nn.MaxPool2d}


def test_lenet5_reads_colour_and_other_class_counts() -> None:
    model = models.LeNet5(num_classes=4, in_channels=3, image_size=32)
    assert model(torch.rand(2, 3, 32, 32)).shape == (2, 4)


def test_lenet5_refuses_sizes_it_was_not_made_for() -> None:
    with pytest.raises(CnnlabError, match="28 or 32"):
        models.LeNet5(image_size=64)


def test_simple_cnn_matches_its_published_count_and_returns_logits() -> None:
    model = models.SimpleCNN().eval()
    assert models.count_parameters(model) == 1_147_466
    logits = model(torch.rand(2, 3, 32, 32))
    assert logits.shape == (2, 10)
    assert not torch.allclose(logits.sum(dim=1), torch.ones(2))  # no softmax at the end


def test_simple_cnn_can_be_built_for_other_images() -> None:
    model = models.SimpleCNN(num_classes=3, in_channels=1, image_size=28)
    assert model(torch.rand(2, 1, 28, 28)).shape == (2, 3)


@pytest.mark.parametrize("budget", [1_000, 61_706, 1_147_466])
def test_matched_mlp_is_the_nearest_possible(budget: int) -> None:
    n_in, n_out = 37, 10
    model = models.matched_mlp(budget, n_in, n_out)
    distance = abs(models.count_parameters(model) - budget)
    hidden = model[1].out_features
    for other in (hidden - 1, hidden + 1):
        assert distance <= abs(other * (n_in + n_out + 1) + n_out - budget)
    assert model(torch.rand(5, 1, 1, 37)).shape == (5, n_out)


def test_matched_mlp_keeps_one_unit_on_a_hopeless_budget() -> None:
    assert models.matched_mlp(1, n_in=10, n_out=2)[1].out_features == 1


def test_count_parameters_can_leave_out_frozen_ones() -> None:
    layer = nn.Linear(3, 2)
    layer.bias.requires_grad_(False)
    assert models.count_parameters(layer) == 8
    assert models.count_parameters(layer, trainable_only=True) == 6
