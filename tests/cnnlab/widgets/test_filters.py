"""The filter swap counts what torch's layers have."""

import pytest
from torch import nn

from cnnlab.anatomy import empirical_receptive_field
from cnnlab.models import count_parameters
from cnnlab.widgets import filter_swap
from cnnlab.widgets.filters import Swap


@pytest.mark.parametrize("layers", [1, 2, 4])
def test_weights_and_field_are_those_of_real_layers(layers):
    swap = Swap(layers, channels=3)
    small = nn.Sequential(*(nn.Conv2d(3, 3, 3, bias=False) for _ in range(layers)))
    large = nn.Conv2d(3, 3, swap.field, bias=False)
    assert (swap.stacked, swap.large) == (count_parameters(small), count_parameters(large))
    assert empirical_receptive_field(small, (3, 15, 15)) == (swap.field, swap.field)


def test_controls_change_the_picture():
    shell = filter_swap()
    shell.controls["layers"].value = 3
    assert "see 7 by 7 pixels" in shell.picture.alt
