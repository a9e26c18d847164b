"""What the answer bank of unit 05 does not prove: the open blocks, and the small vocabulary."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.exercises.u05_resnet._blocks import agree_on_block, expect_start_of_torch
from cnnlab.exercises.u05_resnet._open_block import OpenBlock
from cnnlab.exercises.u05_resnet._open_resnet import OpenResNet
from cnnlab.exercises.u05_resnet.gradient_norms import (
    agree_on_norms,
    agree_on_their_order,
    draw_scene,
    gradient_norms,
)
from cnnlab.exercises.u05_resnet.plain_block import exercise as plain_block
from cnnlab.exercises.u05_resnet.residual_block import exercise as residual_block
from cnnlab.exercises.u05_resnet.zero_init_residual import exercise as zero_start
from cnnlab.exercises.u05_resnet.zero_init_residual import zero_init_residual
from cnnlab.learner import LearnerCode, local_learner
from cnnlab.models import PlainBlock, ResidualBlock, SmallResNet, count_parameters


def learner_with(**names: object) -> LearnerCode:
    return local_learner(names)


class UsesOneLayerTwice(PlainBlock):
    def residual(self, x: torch.Tensor) -> torch.Tensor:
        return self.bn2(self.conv1(self.relu(self.bn1(self.conv1(x)))))


def test_what_equal_values_hide_shows_on_the_way_back() -> None:
    learner = learner_with(PlainBlock=UsesOneLayerTwice)
    with pytest.raises(Wrong) as caught:
        agree_on_block(learner, Draw(1), plain_block, 4, 4)
    assert caught.value.mistake == "parameter_without_gradient"


@pytest.mark.parametrize("seed", range(20))
def test_the_start_of_torch_is_recognised_whatever_was_drawn(seed: int) -> None:
    torch.manual_seed(seed)
    for exercise in (plain_block, residual_block):
        expect_start_of_torch(local_learner(exercise.ours()), Draw(0), exercise)


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("channels", [(3, 3), (3, 5), (5, 3)], ids=str)
def test_the_open_block_is_ours_when_no_mistake_is_made(
    channels: tuple[int, int], stride: int
) -> None:
    for settings, ours in (
        ({}, PlainBlock),
        ({"end": ("norm", "add", "relu"), "projects": "any"}, ResidualBlock),
    ):
        open_block, block = OpenBlock(*channels, stride, **settings), ours(*channels, stride)
        assert count_parameters(open_block) == count_parameters(block)
        for module in (open_block, block):
            for p in module.parameters():
                nn.init.constant_(p, 0.1)
        x = torch.randn(2, channels[0], 6, 5)
        assert torch.allclose(open_block(x), block(x), atol=1e-6)


def test_the_open_network_is_ours_when_no_mistake_is_made() -> None:
    plan = ([2, 1, 2], [4, 6, 6], 5, 2)
    assert count_parameters(OpenResNet(*plan)) == count_parameters(SmallResNet(*plan))


def test_the_librarys_network_takes_a_learners_block() -> None:
    class Own(nn.Module):  # knows nothing of `expansion`
        def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
            super().__init__()
            self.conv = nn.Conv2d(in_channels, out_channels, 3, stride, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.conv(x)

    assert SmallResNet([1, 2], [3, 4], 5, block=Own)(torch.zeros(2, 3, 8, 6)).shape == (2, 5)


def test_a_learners_class_can_be_lent_to_a_network_and_nested() -> None:
    learner = learner_with(Twice=lambda: nn.Linear(2, 2))
    own = learner.named("Twice")
    network = learner.network(("Sequential", (own,), ("ReLU",)), (own,))
    assert [name for name in network.parameters() if "weight" in name] == ["0.0.weight", "1.weight"]


def test_a_trusted_class_is_handed_to_a_learners_function() -> None:
    learner = learner_with(make=lambda block: block(3, 4))
    network = learner.build("make", learner.layer("DepthwiseBlock"))
    assert network.forward(torch.zeros(1, 3, 5, 4)).shape == (1, 4, 5, 4)


def test_a_wrong_block_is_blamed_before_the_start_is() -> None:
    class NoLastRelu(ResidualBlock):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.residual(x) + self.downsample(x)

    learner = learner_with(ResidualBlock=NoLastRelu, zero_init_residual=zero_init_residual)
    with pytest.raises(Wrong, match="does not pass its own checks") as caught:
        zero_start.checks[0].ask(learner, Draw(0))
    assert caught.value.mistake == "block_is_wrong"


def test_a_block_that_is_wrong_elsewhere_costs_the_start_nothing() -> None:
    class WithBiases(ResidualBlock):
        def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
            super().__init__(in_channels, out_channels, stride)
            self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1)

    learner = learner_with(ResidualBlock=WithBiases, zero_init_residual=zero_init_residual)
    for check in zero_start.checks:
        check.ask(learner, Draw(0))


@pytest.mark.parametrize("seed", range(5))
def test_the_norms_that_are_ours_pass_on_every_scene(seed: int) -> None:
    scene = draw_scene(Draw(seed), normalised=True, training=True, old=("0.weight",))
    learner = learner_with(gradient_norms=gradient_norms)
    agree_on_norms(learner, scene)
    assert list(scene.norms(learner)) == ["0.weight", "5.weight", "7.weight"]
    agree_on_their_order(learner, Draw(seed))
