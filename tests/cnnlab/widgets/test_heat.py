"""The heat browser shows the methods' own maps and the model's own probabilities."""

import pytest
import torch
from torch.nn import functional as F

from cnnlab import data, models
from cnnlab.seeing import grad_cam
from cnnlab.widgets import heat_browser
from cnnlab.widgets.heat import compute, default_methods


@pytest.fixture(scope="module")
def shapes():
    return data.load("shapes10", n_train=40, n_test=20)


@pytest.fixture
def model():
    torch.manual_seed(0)
    return models.small_resnet(depth=8, width=4)


def test_heat_and_probabilities_are_those_of_model_and_method(model, shapes):
    x, _ = next(iter(shapes.batches("test", 20, shuffle=False)))
    look = compute(model, shapes, "test", 3, default_methods(model.layer3)["Grad-CAM"], 2)
    with torch.no_grad():
        expected = model.eval()(x)[3].softmax(dim=0)
    assert torch.allclose(look.probabilities, expected, atol=1e-5)
    assert torch.allclose(look.heat, grad_cam(model, model.layer3, x[3], 2), atol=1e-4)
    assert look.label == int(shapes.test.labels[3])


def test_coarse_maps_are_laid_over_the_whole_image(model, shapes):
    def corner(model, x, target):
        return F.one_hot(torch.tensor([3]), 4).view(2, 2).float()

    assert compute(model, shapes, "test", 0, corner).peak == (24, 24)


def test_the_model_keeps_its_mode(model, shapes):
    model.train()
    compute(model, shapes, "test", 0, default_methods(None)["saliency"])
    assert all(module.training for module in model.modules())


def test_controls_change_the_picture(model, shapes):
    shell = heat_browser(model, shapes, model.layer3)
    assert shell.controls["target"].label == "what it says"
    shell.controls["method"].value = "saliency"
    shell.controls["target"].value = 5
    assert f"By saliency, what speaks for {shapes.class_names[5]}" in shell.picture.alt
