"""The watch notes what torch executes while a learner's own code runs, and nothing else."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnlab.learner import LearnerCode, local_learner
from cnnlab.learner.problems import Raised
from cnnlab.learner.wire import encode


class Norm(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.layer_norm(x, (3,)) * self.scale


class Slow:
    def __init__(self) -> None:
        self.total = torch.zeros(1).erf()

    def add(self, x: float) -> float:
        return float(self.total.add(x).digamma())

    @property
    def seen(self) -> float:
        return float(self.total.lgamma())


class Doubled(torch.autograd.Function):
    @staticmethod
    def forward(context, x):
        return x * 2

    @staticmethod
    def backward(context, gradient):
        return gradient.sinh()


NAMES = {
    "softmax": lambda x: F.softmax(x, 0),
    "chained": lambda first, item, carried: (first.cosh(), None),
    "backward": lambda x: Doubled.apply(x),
    "fails": lambda x: F.softmax(x, 0).reshape(-7),
    "Norm": Norm,
    "Slow": Slow,
}


def watched() -> LearnerCode:
    return local_learner(NAMES, watched=True)


def test_a_call_is_watched() -> None:
    learner = watched()
    learner.call("softmax", torch.ones(3))
    assert learner.operators == {"aten::_softmax"}


def test_nothing_is_noted_unless_somebody_asks() -> None:
    learner = local_learner(NAMES)
    learner.call("softmax", torch.ones(3))
    assert learner.operators == set()


def test_chains_gradients_and_objects_are_watched() -> None:
    learner = watched()
    learner.chain("chained", torch.ones(1), [(torch.ones(1), {})])
    learner.gradient("backward", torch.ones(2))
    slow = learner.create("Slow")
    slow.call("add", 1.0)
    slow.attribute("seen")
    found = {"cosh", "sinh", "erf", "digamma", "lgamma"}
    assert {f"aten::{name}" for name in found} <= learner.operators


def test_a_network_is_watched_but_not_what_we_do_with_it() -> None:
    learner = watched()
    network = learner.build("Norm")
    network.forward(torch.randn(2, 3))
    network.gradients(torch.randn(2, 3), targets=torch.tensor([0, 1]))
    network.backpropagate(torch.randn(2, 3), torch.ones(2, 3))
    assert "aten::native_layer_norm" in learner.operators
    assert "aten::_log_softmax" not in learner.operators  # of the loss, which is ours


def test_what_ran_before_an_error_is_told_too() -> None:
    learner = watched()
    with pytest.raises(Raised):
        learner.call("fails", torch.ones(3))
    assert "aten::_softmax" in learner.operators


def test_a_learners_own_question_to_their_code_does_not_end_the_watch() -> None:
    def asks(x: torch.Tensor) -> torch.Tensor:
        local_learner(NAMES).call("chained", x, x, None)
        return x.erf()

    learner = local_learner({"asks": asks}, watched=True)
    learner.call("asks", torch.ones(1))
    assert "aten::erf" in learner.operators


def test_operators_that_are_no_names_do_not_harm() -> None:
    for told in (7, [1, None, "\x1b[2J"], {"a": 1}):
        learner = LearnerCode(lambda _, told=told: encode({"value": 1, "operators": told}), [])
        assert learner.named("f") == 1
        assert all(name.isprintable() for name in learner.operators)
