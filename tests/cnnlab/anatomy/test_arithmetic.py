"""The plain arithmetic, against torch itself."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import nn

from cnnlab.anatomy import conv_output_size, conv_params, linear_params, receptive_field
from cnnlab.errors import CnnlabError


@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "dilation"),
    list(itertools.product([1, 2, 5], [1, 2, 3], [0, 2], [1, 2])),
)
def test_output_size_agrees_with_torch(
    kernel: int, stride: int, padding: int, dilation: int
) -> None:
    layer = nn.Conv2d(1, 1, kernel, stride=stride, padding=padding, dilation=dilation)
    for size in (11, 12, 13):
        expected = layer(torch.zeros(1, 1, size, size)).shape[-1]
        assert conv_output_size(size, kernel, stride, padding, dilation) == expected


def test_a_window_that_does_not_fit_is_an_error() -> None:
    assert conv_output_size(5, 5) == 1
    with pytest.raises(CnnlabError, match="does not fit"):
        conv_output_size(4, 5)


@pytest.mark.parametrize("bias", [True, False])
def test_parameter_counts_agree_with_torch(bias: bool) -> None:
    def count(layer: nn.Module) -> int:
        return sum(p.numel() for p in layer.parameters())

    assert conv_params(3, 8, 5, bias) == count(nn.Conv2d(3, 8, 5, bias=bias))
    assert linear_params(7, 9, bias) == count(nn.Linear(7, 9, bias=bias))


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([], 1),
        ([(3, 1), (3, 1)], 5),
        ([(3, 1), (3, 1), (3, 2)], 7),  # a layer's own stride counts only for later layers
        ([(5, 1), (2, 2), (5, 1), (2, 2)], 16),
        ([(3, 1, 2)], 5),
    ],
)
def test_receptive_field_of_chains(layers: list[tuple[int, ...]], expected: int) -> None:
    assert receptive_field(layers) == expected
