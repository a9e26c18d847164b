"""The plan counts the parameters that really would learn."""

import pytest
from torch import nn

from cnnlab.errors import CnnlabError
from cnnlab.models import SmallResNet, count_parameters
from cnnlab.widgets import transfer_explorer
from cnnlab.widgets.transfer import compute


@pytest.fixture
def model():
    return SmallResNet([1, 1, 1], [4, 8, 16], num_classes=3)


@pytest.mark.parametrize(("stages", "parts"), [(0, ["fc"]), (1, ["layer3", "fc"])])
def test_what_learns(model, stages, parts):
    plan = compute(model, stages, 0.1, 0.01, False)
    assert plan.trainable == sum(count_parameters(model.get_submodule(name)) for name in parts)
    assert plan.total == count_parameters(model)
    assert sum(count for _, count in plan.groups) == plan.trainable


def test_everything_learns_at_two_rates(model):
    plan = compute(model, 4, 0.1, 0.01, False)
    assert plan.trainable == plan.total
    assert [rate for rate, _ in plan.groups] == [0.01, 0.1]


def test_controls_change_the_picture(model):
    shell = transfer_explorer(model)
    shell.controls["frozen_norms_move"].value = True
    assert "move towards the new data" in shell.picture.alt


def test_another_kind_of_network_is_refused():
    with pytest.raises(CnnlabError, match="layer1"):
        compute(nn.Sequential(nn.Linear(2, 2)), 0, 0.1, 0.1, False)
