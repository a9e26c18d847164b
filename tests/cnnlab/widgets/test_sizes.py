"""The shape calculator counts as torch does, and knows which pixels are dropped."""

import itertools

import pytest
import torch
from torch import nn

from cnnlab.errors import CnnlabError
from cnnlab.widgets import shape_calculator
from cnnlab.widgets.sizes import compute, render


def test_as_many_windows_as_torch_has_outputs():
    for size, kernel, stride, padding, dilation in itertools.product(
        (7, 8), (1, 3, 4), (1, 2, 3), (0, 2), (1, 2)
    ):
        layer = nn.Conv1d(1, 1, kernel, stride, padding, dilation)
        expected = layer(torch.zeros(1, 1, size)).shape[-1]
        assert compute(size, kernel, stride, padding, dilation).count == expected


def test_unread_pixels_are_those_without_a_gradient():
    windows = compute(9, 2, 3, 0, 1)
    x = torch.zeros(1, 1, 9, requires_grad=True)
    nn.functional.conv1d(x, torch.ones(1, 1, 2), stride=3).sum().backward()
    assert windows.unread == (x.grad[0, 0] == 0).nonzero().flatten().tolist()


def test_the_picture_says_what_is_dropped_and_what_does_not_fit():
    assert "No window reads pixel 7" in render(8, 3, stride=2).alt
    with pytest.raises(CnnlabError, match="does not fit"):
        render(3, 5)


def test_controls_change_the_picture():
    shell = shape_calculator(8)
    shell.controls["stride"].value = 2
    assert "8 pixels become 3" in shell.picture.alt
