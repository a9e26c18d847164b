"""The browser counts what `evaluate` counts, and opens the right images."""

import pytest
import torch
from torch import nn

from cnnlab import data, evaluate
from cnnlab.widgets import confusion_browser
from cnnlab.widgets.confusions import compute


@pytest.fixture(scope="module")
def shapes():
    return data.load("shapes10", n_train=20, n_test=60)


@pytest.fixture
def model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(3 * 32 * 32, 10))


def test_counts_are_those_of_evaluate_and_cells_hold_their_images(model, shapes):
    found = compute(model, shapes)
    assert torch.equal(found.counts, evaluate(model, shapes).confusion)
    true, guess = found.fullest_mistake()
    chosen = found.cell(true, guess)
    assert len(chosen) == found.counts[true, guess] > 0
    assert (shapes.test.labels[chosen] == true).all()


def test_controls_open_another_cell(model, shapes):
    shell = confusion_browser(model, shapes)
    shell.controls["true"].value = 3
    shell.controls["guess"].value = 3
    assert f"{shapes.class_names[3]} taken for {shapes.class_names[3]}" in shell.picture.alt
