"""The block explorer counts what the library's blocks hold."""

import pytest
from torch import nn

from cnnlab import models
from cnnlab.widgets import block_explorer
from cnnlab.widgets.block_kinds import KINDS, compute


def convolution_weights(block: nn.Module) -> int:
    return sum(m.weight.numel() for m in block.modules() if isinstance(m, nn.Conv2d))


@pytest.mark.parametrize(("reads", "gives"), [(64, 128), (32, 32), (128, 64)])
def test_weights_are_those_of_the_librarys_blocks(reads, gives):
    eighth = gives // 8
    c3, c5 = (3 * eighth, 4 * eighth), (gives // 16, eighth)
    blocks = {
        "one 3×3 convolution": nn.Conv2d(reads, gives, 3),
        "depthwise separable": models.DepthwiseSeparable(reads, gives),
        "inverted residual": models.InvertedResidual(reads, gives, expansion=3),
        "residual": models.ResidualBlock(reads, gives),
        "inception": models.InceptionBlock(reads, 2 * eighth, c3, c5, eighth),
        "dense": models.DenseBlock(reads, growth=12, layers=4),
    }
    assert set(blocks) == set(KINDS)
    for kind, block in blocks.items():
        found = compute(kind, reads, gives, expansion=3, growth=12)
        assert found.weights == convolution_weights(block), kind
        assert found.gives == getattr(block, "out_channels", gives)


def test_nothing_is_widened_with_an_expansion_of_1():
    (lane,) = compute("inverted residual", 16, 16, expansion=1).lanes
    assert [layer.kernel for layer in lane] == [3, 1]


def test_controls_change_the_picture():
    shell = block_explorer()
    assert "concatenated" in shell.picture.alt.lower()
    shell.controls["kind"].value = "depthwise separable"
    assert "8,768 weights, 8.4 times fewer" in shell.picture.alt
    shell.controls["gives"].value = 64
    assert "4,672 weights" in shell.picture.alt
