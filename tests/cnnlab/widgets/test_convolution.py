"""The sliding window shows what torch computes, and follows its controls."""

from xml.etree import ElementTree

import pytest
import torch
from torch.nn import functional as F

from cnnlab.errors import CnnlabError
from cnnlab.widgets import sliding_window as widget
from cnnlab.widgets.convolution import compute, kernel_from, render

IMAGE = torch.rand(7, 5, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("stride", "padding", "place"), [(1, 0, 0), (2, 1, 5), (3, 2, 3)])
def test_the_products_add_up_to_what_torch_computes(stride, padding, place):
    kernel = kernel_from("1 0 -1; 2 0 -2; 1 0 -1")
    step = compute(IMAGE, kernel, stride, padding, place)
    expected = F.conv2d(IMAGE[None, None], kernel[None, None], stride=stride, padding=padding)[0, 0]
    assert torch.allclose(step.output, expected, atol=1e-6)
    assert float(step.products.sum()) == pytest.approx(float(expected.flatten()[place]), abs=1e-5)


def test_the_learners_convolution_computes_the_output():
    step = compute(IMAGE, kernel_from("vertical"), 1, 0, 0, conv2d=lambda x, w, **_: x * 0 + 4)
    assert step.sum == 4


def test_the_drawing_is_well_formed_and_says_what_it_shows():
    drawing = render(IMAGE, "blur", place=3)
    root = ElementTree.fromstring(drawing.svg())
    assert root[0].text == drawing.alt
    assert "row 1, column 0" in drawing.alt


def test_controls_change_the_picture(capsys):
    shell = widget(IMAGE)
    before = shell.picture.alt
    shell.controls["stride"].value = 2
    assert shell.picture.alt != before
    shell.controls["kernel"].value = "1 2; x"
    assert "is not a kernel" in shell.picture.alt


@pytest.mark.parametrize("image", [torch.rand(3, 5, 5), torch.rand(40, 40)])
def test_an_image_that_cannot_be_read_is_refused_with_what_to_do(image):
    with pytest.raises(CnnlabError, match=r"such as image"):
        render(image)
