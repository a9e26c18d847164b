"""The tracer's region is the one that theory and gradients give."""

import pytest
import torch
from torch import nn

from cnnlab.errors import CnnlabError
from cnnlab.widgets import receptive_field_tracer
from cnnlab.widgets.fields import compute

IMAGE = torch.rand(3, 16, 12, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def model():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 5, 3, padding=1)
    )


def test_theory_and_gradient_agree_away_from_the_border(model):
    view = compute(model, IMAGE, "3", 4, 3)
    assert view.theory == (8, 8)
    assert view.box[2:] == (8, 8)
    assert not (view.pull[~view.reached] > 0).any()


def test_at_the_corner_the_region_is_cut_off(model):
    assert compute(model, IMAGE, "3", 0, 0).box == (0, 0, 5, 5)


def test_the_model_stays_as_it_was(model):
    model.train()
    compute(model, IMAGE, "3", 1, 1)
    assert model.training and not model[3]._forward_hooks
    assert all(parameter.grad is None for parameter in model.parameters())


def test_controls_follow_the_layer(model):
    shell = receptive_field_tracer(model, IMAGE)
    shell.controls["layer"].value = "3"
    assert shell.controls["row"].max == 7
    assert "3, a map of 8 by 6" in shell.picture.alt


def test_a_model_without_maps_is_refused():
    with pytest.raises(CnnlabError, match="No layer"):
        receptive_field_tracer(nn.Sequential(nn.Flatten(), nn.Linear(576, 2)), IMAGE)
