"""What the answer bank of unit 04 does not prove: the reference, and the questions themselves."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Mistake
from cnnlab.exercises.u04_batchnorm._norm_state import draw_state
from cnnlab.exercises.u04_batchnorm._stepwise_norm import StepwiseNorm
from cnnlab.exercises.u04_batchnorm.activation_stats import activation_stats
from cnnlab.exercises.u04_batchnorm.batch_norm import agree_norm, draw_images
from cnnlab.exercises.u04_batchnorm.batch_norm import exercise as batch_norm
from cnnlab.exercises.u04_batchnorm.conv_bn_relu import fill
from cnnlab.exercises.u04_batchnorm.fold_batchnorm import fold_batchnorm
from cnnlab.learner import LearnerCode, local_learner


def learner_with(**names: object) -> LearnerCode:
    return local_learner(names)


def test_the_norm_that_the_wrong_ones_are_made_from_is_right() -> None:
    draw = Draw(0)
    passes = [(training, draw_images(draw, 3, 4)) for training in (True, True, False, True)]
    agree_norm(learner_with(BatchNorm2d=StepwiseNorm), draw_state(draw, 4), passes, momentum=0.3)


@pytest.mark.parametrize(
    "mistake",
    [mistake for mistake in batch_norm.mistakes if mistake.id != "statistics_detached"],
    ids=lambda mistake: mistake.id,
)
def test_every_known_wrong_norm_is_told_from_the_right_one(mistake: Mistake) -> None:
    draw = Draw(1)
    passes = [(training, draw_images(draw, 3, 4)) for training in (True, True, False)]
    learner = learner_with(BatchNorm2d=mistake.wrong)
    with pytest.raises(Wrong):
        agree_norm(learner, draw_state(draw, 4), passes, eps=0.3, momentum=0.3)


@pytest.mark.parametrize("seed", range(20))
def test_no_side_of_an_image_is_as_long_as_there_are_channels(seed: int) -> None:
    assert 4 not in draw_images(Draw(seed), 2, 4).shape[2:]


def test_layers_made_in_another_order_are_filled_alike() -> None:
    def forwards() -> nn.Module:
        return nn.Sequential(nn.Conv2d(2, 3, 1, bias=False), nn.BatchNorm2d(3))

    def backwards() -> nn.Module:
        norm = nn.BatchNorm2d(3)
        return nn.ModuleDict({"norm": norm, "conv": nn.Conv2d(2, 3, 1, bias=False)})

    learner = learner_with(forwards=forwards, backwards=backwards)
    filled = []
    for name in ("forwards", "backwards"):
        network = learner.build(name)
        fill(network, seed=1)
        filled.append({(*v.shape, n[-4:]): v for n, v in network.parameters().items()})
    assert filled[0].keys() == filled[1].keys()
    assert all(torch.equal(filled[0][key], filled[1][key]) for key in filled[0])


def test_folding_keeps_what_a_norm_computes() -> None:
    torch.manual_seed(0)
    conv, bn = nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2), nn.BatchNorm2d(6, eps=0.1)
    x = torch.randn(2, 4, 7, 5)
    for _ in range(3):
        bn(conv(torch.randn(2, 4, 7, 5) + 1))  # statistics far from those of the start
    expected = bn.eval()(conv(x))
    torch.testing.assert_close(fold_batchnorm(conv, bn)(x), expected, rtol=1e-4, atol=1e-5)


def test_activations_are_told_in_the_order_of_running() -> None:
    relu = nn.ReLU()
    network = nn.Sequential(relu, nn.Linear(2, 2), relu)
    with torch.no_grad():
        network[1].weight.copy_(torch.eye(2) * 3)
        network[1].bias.zero_()
    stats = activation_stats(network, torch.tensor([[1.0, 3.0]]))
    assert stats == [(2.0, 1.0), (6.0, 3.0)]
