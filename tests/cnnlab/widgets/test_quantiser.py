"""The quantiser shows what the functions it is given make of a picture."""

import pytest
import torch

from cnnlab import data
from cnnlab.errors import CnnlabError
from cnnlab.quantization import dequantize, quantization_parameters, quantize
from cnnlab.widgets import quantiser
from cnnlab.widgets.quantiser import compute, render


def picture():
    return data.photo("cat").square(32).float() / 255


def test_what_is_shown_is_what_the_functions_return():
    x = picture()
    scale, zero = quantization_parameters(x.min().item(), x.max().item(), 3)
    found = compute(x, bits=3)
    assert (found.scale, found.zero_point) == (scale, zero)
    assert torch.equal(found.after, dequantize(quantize(x, scale, zero, 3), scale, zero))


@pytest.mark.parametrize("bits", [1, 3, 8])
def test_no_more_values_than_the_bits_allow(bits):
    assert compute(picture(), bits).values <= 2**bits


def test_more_bits_have_a_smaller_error():
    errors = [compute(picture(), bits).error for bits in range(1, 9)]
    assert errors == sorted(errors, reverse=True)


def test_a_narrower_range_clips():
    assert compute(picture(), 4).clipped == 0
    assert compute(picture(), 4, part=0.4).clipped > 0.05


def test_functions_of_ones_own_are_called():
    def nothing(x, scale, zero_point, bits):
        return torch.zeros_like(x, dtype=torch.uint8)

    assert compute(picture(), 4, quantize=nothing).values == 1


def test_a_function_that_returns_nothing_is_told():
    with pytest.raises(CnnlabError, match="Do they return"):
        compute(picture(), 4, dequantize=lambda q, scale, zero: None)


def test_controls_change_the_picture():
    shell = quantiser(picture())
    assert "A picture at 4 bits" in shell.picture.alt
    shell.controls["bits"].value = 1
    assert "at 1 bit: 2 different numbers" in shell.picture.alt


def test_grey_pictures_and_constant_ones_are_drawn():
    for x in (torch.rand(1, 8, 8), torch.zeros(3, 8, 8)):
        assert "<svg" in render(x, 2).svg()


def test_bytes_are_refused_with_advice():
    with pytest.raises(CnnlabError, match="/ 255"):
        quantiser(torch.zeros(3, 8, 8, dtype=torch.uint8))
