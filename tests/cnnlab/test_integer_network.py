"""Integer networks and plans: folded and rounded, they still are the network that was trained."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from cnnlab import data, quantization
from cnnlab import deployment_plans as plans
from cnnlab.errors import CnnlabError
from cnnlab.integer_network import TOOLS, IntegerNetwork, folded
from cnnlab.models import ScaledCNN
from cnnlab.search_space import MULTIPLY_ADDS, draw_candidates

OURS = {name: getattr(quantization, name) for name in TOOLS}
PLAN = {
    **{"depth": 2, "width": 6, "growth": 1.5, "resolution": 20},
    **{"weight_bits": 8, "scales": "channel"},
}


@pytest.fixture(scope="module")
def clothes() -> data.Dataset:
    whole = data.load("fashion-mnist-small")
    few = data.Dataset(
        whole.name, whole.version, whole.class_names, whole.train[:1000], whole.test[:500]
    )
    return plans.at_resolution(few, PLAN["resolution"])


@pytest.fixture(scope="module")
def trained(clothes: data.Dataset) -> ScaledCNN:
    return plans.train(PLAN, clothes, seed=0, epochs=2)


def images(clothes: data.Dataset, part: str, count: int) -> torch.Tensor:
    return next(iter(clothes.batches(part, count, shuffle=False)))[0]


def test_folding_batch_norms_changes_nothing(trained: ScaledCNN, clothes: data.Dataset) -> None:
    x = images(clothes, "test", 50)
    y = x
    for layer in folded(trained):
        y = layer(layer.inputs(y))
    with torch.no_grad():
        torch.testing.assert_close(y.flatten(1), trained(x), rtol=1e-4, atol=1e-4)


def test_whole_numbers_seldom_change_an_answer(trained: ScaledCNN, clothes: data.Dataset) -> None:
    x = images(clothes, "test", 500)
    small = IntegerNetwork(trained, images(clothes, "train", 200), OURS)
    with torch.no_grad():
        same = (small(x).argmax(1) == trained(x).argmax(1)).float().mean()
    assert same > 0.97
    assert small.bytes == plans.size_in_bytes(PLAN)


def test_rounded_in_float32_it_is_the_integer_network(
    trained: ScaledCNN, clothes: data.Dataset
) -> None:
    x, known = images(clothes, "test", 200), images(clothes, "train", 200)
    exact = IntegerNetwork(trained, known, OURS)(x)
    quick = plans.rounded(trained, PLAN, known)(x)
    # A number that lies between two bytes may go either way; that moves a logit by little.
    assert (exact - quick).abs().max() < 0.05
    assert (exact - quick).abs().median() < 1e-4


def test_fewer_bits_have_fewer_values() -> None:
    weight = torch.randn(4, 8, 3, 3, generator=torch.Generator().manual_seed(0))
    for bits in (2, 3, 4):
        each = plans.round_weights(weight, bits)
        assert all(len(channel.unique()) <= 2**bits - 1 for channel in each)
        together = plans.round_weights(weight, bits, per_channel=False)
        assert len(together.unique()) <= 2**bits - 1
    assert torch.equal(plans.round_weights(torch.zeros(2, 3), 4), torch.zeros(2, 3))


@pytest.mark.parametrize("changed", [{}, {"depth": 1}, {"resolution": 13}, {"growth": 0.7}])
def test_multiply_adds_are_what_torch_counts(changed: dict[str, float]) -> None:
    plan = {**PLAN, **changed}
    side = plan["resolution"]
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        plans.network(plan)(torch.zeros(1, 1, side, side))
    assert plans.multiply_adds(plan) == counter.get_total_flops() // 2


def test_bytes_are_those_of_weights_scales_and_biases() -> None:
    net = plans.network(PLAN)
    weights = sum(m.weight.numel() for m in net.modules() if isinstance(m, (nn.Conv2d, nn.Linear)))
    outputs = sum(len(m.weight) for m in net.modules() if isinstance(m, (nn.Conv2d, nn.Linear)))
    assert plans.size_in_bytes(PLAN) == weights + 8 * outputs
    four = plans.size_in_bytes({**PLAN, "weight_bits": 4, "scales": "tensor"})
    assert weights / 2 + 4 * outputs <= four <= weights / 2 + 4 * outputs + 5 * 7


def test_the_same_seed_trains_the_same_network(clothes: data.Dataset) -> None:
    first, again, other = (plans.train(PLAN, clothes, seed, epochs=1) for seed in (0, 0, 1))
    assert torch.equal(first.fc.weight, again.fc.weight)
    assert not torch.equal(first.fc.weight, other.fc.weight)


def test_candidates_keep_to_the_budget_and_more_of_them_begin_alike() -> None:
    candidates = draw_candidates(20, seed=3)
    assert all(plans.multiply_adds(each) <= MULTIPLY_ADDS for each in candidates)
    assert draw_candidates(5, seed=3) == candidates[:5] != draw_candidates(5, seed=4)


def test_a_network_of_another_kind_is_told() -> None:
    with pytest.raises(CnnlabError, match="ScaledCNN"):
        folded(nn.Linear(2, 2))
