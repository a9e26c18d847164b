"""What the answer bank of unit 09 does not prove: open blocks without a mistake are ours."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from cnnlab import models
from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.exercises.u09_blocks._blocks import agree_on_block
from cnnlab.exercises.u09_blocks.dense_block import OpenDense
from cnnlab.exercises.u09_blocks.depthwise_separable import OpenSeparable
from cnnlab.exercises.u09_blocks.depthwise_separable import exercise as depthwise_separable
from cnnlab.exercises.u09_blocks.design_blocks import BRIEF, LIMITS, our_design
from cnnlab.exercises.u09_blocks.inception_block import OpenInception
from cnnlab.exercises.u09_blocks.inverted_residual import LARGE
from cnnlab.exercises.u09_blocks.inverted_residual import exercise as inverted_residual
from cnnlab.exercises.u09_blocks.inverted_residual_mistakes import OpenInverted
from cnnlab.exercises.u09_blocks.separable_cost import separable_cost
from cnnlab.exercises.u09_blocks.squeeze_excite import DENSE, OpenSqueeze
from cnnlab.learner import local_learner
from cnnlab.models import count_parameters

PAIRS: list[tuple[Any, Any, tuple[Any, ...]]] = [
    (OpenSeparable, models.DepthwiseSeparable, (4, 6)),
    (OpenSeparable, models.DepthwiseSeparable, (4, 6, 2)),
    (OpenInverted, models.InvertedResidual, (4, 4)),
    (OpenInverted, models.InvertedResidual, (4, 6, 2, 3)),
    (OpenInverted, models.InvertedResidual, (4, 4, 1, 1)),
    (OpenSqueeze, models.SqueezeExcite, (12, 3)),
    (DENSE, models.SqueezeExcite, (12, 3)),
    (OpenInception, models.InceptionBlock, (4, 3, (2, 5), (3, 4), 6)),
    (OpenDense, models.DenseBlock, (4, 3, 3)),
]


@pytest.mark.parametrize(("open_block", "ours", "settings"), PAIRS)
def test_an_open_block_is_ours_when_no_mistake_is_made(open_block, ours, settings) -> None:
    made, block = open_block(*settings), ours(*settings)
    assert count_parameters(made) == count_parameters(block)
    for module in (made, block):
        for p in module.parameters():
            nn.init.constant_(p, 0.1)
    x = torch.randn(2, settings[0], 7, 5)
    torch.testing.assert_close(made(x), block(x))


@pytest.mark.parametrize(
    ("sizes", "block"),
    [
        ((64, 128, 3, 32, 32), models.DepthwiseSeparable(64, 128)),
        ((5, 7, 3, 4, 9), models.DepthwiseSeparable(5, 7)),
    ],
)
def test_the_costs_are_those_of_the_layers(sizes, block) -> None:
    costs = separable_cost(*sizes)
    layers = (block.depthwise, block.pointwise)
    assert costs["separable_weights"] == sum(layer.weight.numel() for layer in layers)
    whole = nn.Conv2d(*sizes[:3], bias=False)
    assert costs["standard_weights"] == whole.weight.numel()
    assert costs["standard_multiply_adds"] == whole.weight.numel() * sizes[3] * sizes[4]


@pytest.mark.parametrize("seed", range(5))
def test_what_six_cuts_off_shows_in_every_draw(seed: int) -> None:
    """A block with ReLU for ReLU6 differs only above 6."""
    code = local_learner(
        {"InvertedResidual": lambda *args: OpenInverted(*args, acts=("relu", "relu", "none"))}
    )
    with pytest.raises(Wrong) as caught:
        agree_on_block(code, Draw(seed), inverted_residual, 4, 4, scale=LARGE)
    assert caught.value.mistake == "relu_not_relu6"


def test_a_block_that_overwrites_its_input_is_told_so() -> None:
    class InPlace(models.DepthwiseSeparable):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            out = super().forward(x)
            x.data.zero_()
            return out

    code = local_learner({"DepthwiseSeparable": InPlace})
    with pytest.raises(Wrong) as caught:
        agree_on_block(code, Draw(0), depthwise_separable, 4, 6)
    assert caught.value.mistake == "changes_its_input"


def test_the_curve_of_the_design_is_worth_its_points_and_ours_keeps_to_the_limits() -> None:
    from cnnlab import anatomy

    assert BRIEF.points == 24
    table = anatomy.trace(our_design(), (1, 28, 28))
    assert table.parameters <= LIMITS["parameters"]
    assert table.multiply_adds <= LIMITS["multiply-adds"]
