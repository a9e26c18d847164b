"""What the answer bank of unit 05 does not prove: comparing by shape, and the small vocabulary."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.twins import agree_twins, one_value_a_shape
from cnnlab.exercises.u05_resnet import PLAIN_BLOCK, RESIDUAL_BLOCK, ZERO_INIT_RESIDUAL
from cnnlab.exercises.u05_resnet.gradients import draw_scene, judge
from cnnlab.exercises.u05_resnet.wrong_blocks import Block
from cnnlab.exercises.u05_resnet.wrong_networks import Network
from cnnlab.learner import LearnerCode, local_learner
from cnnlab.models import PlainBlock, ResidualBlock, SmallResNet, count_parameters
from cnnlab.reference.resnet import gradient_norms, zero_init_residual


def student_with(**names: object) -> LearnerCode:
    return local_learner(names)


class UsesOneLayerTwice(PlainBlock):
    def residual(self, x: torch.Tensor) -> torch.Tensor:
        return self.bn2(self.conv1(self.relu(self.bn1(self.conv1(x)))))


def test_values_are_shared_by_shape_and_by_nothing_else() -> None:
    values = one_value_a_shape(
        {"a": torch.zeros(3), "b": torch.zeros(3), "c": torch.zeros(3, 2)}, Draw(0)
    )
    assert torch.equal(values["a"], values["b"])
    assert values["a"].abs().min() >= 0.5
    assert values["c"].shape == (3, 2)


def test_what_equal_values_hide_shows_in_the_gradients() -> None:
    learner = student_with(PlainBlock=UsesOneLayerTwice)
    with pytest.raises(Wrong) as caught:
        agree_twins(
            PLAIN_BLOCK,
            learner.build("PlainBlock", 4, 4),
            lambda make: make(4, 4),
            torch.randn(2, 4, 5, 6),
            Draw(1),
        )
    assert caught.value.mistake == "parameter_without_gradient"


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("channels", [(3, 3), (3, 5), (5, 3)], ids=str)
def test_the_open_block_is_ours_when_no_wrong_turn_is_taken(
    channels: tuple[int, int], stride: int
) -> None:
    for settings, ours in (
        ({}, PlainBlock),
        ({"end": ("norm", "add", "relu"), "projects": "any"}, ResidualBlock),
    ):
        open_block, block = Block(*channels, stride, **settings), ours(*channels, stride)
        assert count_parameters(open_block) == count_parameters(block)
        for module in (open_block, block):
            for p in module.parameters():
                nn.init.constant_(p, 0.1)
        x = torch.randn(2, channels[0], 6, 5)
        assert torch.allclose(open_block(x), block(x), atol=1e-6)


def test_the_open_network_is_ours_when_no_wrong_turn_is_taken() -> None:
    plan = ([2, 1, 2], [4, 6, 6], 5, 2)
    assert count_parameters(Network(*plan)) == count_parameters(SmallResNet(*plan))


def test_the_librarys_network_takes_a_learners_block() -> None:
    class Own(nn.Module):  # knows nothing of `expansion`
        def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
            super().__init__()
            self.conv = nn.Conv2d(in_channels, out_channels, 3, stride, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.conv(x)

    assert SmallResNet([1, 2], [3, 4], 5, block=Own)(torch.zeros(2, 3, 8, 6)).shape == (2, 5)


def test_a_learners_class_can_be_lent_to_a_network_and_nested() -> None:
    learner = student_with(Twice=lambda: nn.Linear(2, 2))
    own = learner.named("Twice")
    network = learner.network(("Sequential", (own,), ("ReLU",)), (own,))
    assert [name for name in network.parameters() if "weight" in name] == ["0.0.weight", "1.weight"]


def test_a_trusted_class_is_handed_to_a_learners_function() -> None:
    learner = student_with(make=lambda block: block(3, 4))
    network = learner.build("make", learner.layer("DepthwiseBlock"))
    assert network.forward(torch.zeros(1, 3, 5, 4)).shape == (1, 4, 5, 4)


def test_a_wrong_block_is_blamed_before_the_start_is() -> None:
    class NoLastRelu(ResidualBlock):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.residual(x) + self.downsample(x)

    learner = student_with(ResidualBlock=NoLastRelu, zero_init_residual=zero_init_residual)
    with pytest.raises(Wrong, match="does not pass its own checks") as caught:
        ZERO_INIT_RESIDUAL.checks[0].ask(learner, Draw(0))
    assert caught.value.mistake == "block_is_wrong"


@pytest.mark.parametrize("seed", range(5))
def test_scenes_tell_every_mistake_of_measuring_gradients(seed: int) -> None:
    scene = draw_scene(Draw(seed), normalised=True, training=True, old=("0.weight",))
    learner = student_with(gradient_norms=gradient_norms)
    assert list(judge(learner, scene)) == ["0.weight", "5.weight", "7.weight"]


def test_every_wrong_turn_has_a_name_and_words() -> None:
    assert all(s.id and s.message.endswith(".") for s in RESIDUAL_BLOCK.mistakes)
