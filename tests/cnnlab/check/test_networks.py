"""Networks under drawn weights: what passes, what shows, and what the way back tells."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.networks import (
    EVALUATION,
    TRAINING,
    agree_network,
    drawn_weights,
    expect_every_parameter_used,
    shapes_of,
)
from cnnlab.learner import local_learner
from cnnlab.learner.problems import Raised


def net(width: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Linear(width, 3))


NET = Exercise("net", {"net": net})


@NET.mistake("norm_missing", "There is no norm.")
def _(width: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, width), nn.ReLU(), nn.Linear(width, 3))


@NET.mistake("relu_missing", "There is no ReLU.")
def _(width: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, width), nn.BatchNorm1d(width), nn.Linear(width, 3))


X = torch.randn(6, 3, generator=torch.Generator().manual_seed(0))


def ask(answer: Callable[..., object]) -> None:
    learner = local_learner({"net": answer})
    modes = (TRAINING, EVALUATION)
    agree_network(learner, NET, 5, inputs=X, draw=Draw(0), modes=modes, twins=True)


def mistake_of(answer: Callable[..., object]) -> Wrong:
    with pytest.raises(Wrong) as caught:
        ask(answer)
    return caught.value


def lazy(width: int) -> nn.Sequential:
    return nn.Sequential(nn.LazyLinear(width), nn.LazyBatchNorm1d(), nn.ReLU(), nn.LazyLinear(3))


class Backwards(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.last = nn.Linear(width, 3)
        self.norm = nn.BatchNorm1d(width)
        self.first = nn.Linear(3, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(self.norm(self.first(x)).relu())


@pytest.mark.parametrize("answer", [net, lazy, Backwards])
def test_right_networks_pass_in_whatever_order_they_are_made(
    answer: Callable[..., object],
) -> None:
    ask(answer)


class Hollow(Backwards):
    def __init__(self, width: int) -> None:
        super().__init__(width)
        for parameter in self.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.zeros(len(x), 3) + 0 * sum(p.sum() for p in self.parameters())


def test_a_hollow_network_shows_whatever_weights_it_starts_with() -> None:
    assert mistake_of(Hollow).mistake == "wrong_values"


@pytest.mark.parametrize("mistake", NET.mistakes, ids=lambda mistake: mistake.id)
def test_a_known_mistake_is_named(mistake: object) -> None:
    assert mistake_of(mistake.wrong).mistake == mistake.id


def test_other_parameters_are_counted() -> None:
    wrong = mistake_of(lambda width: nn.Linear(3, 3))
    assert (wrong.mistake, "12 parameters, expected 48" in wrong.message) == (
        "wrong_parameters",
        True,
    )


def test_too_few_of_a_shape_are_counted() -> None:
    def without_bias(width: int) -> nn.Module:
        first = nn.Linear(3, width, bias=False)
        return nn.Sequential(first, nn.BatchNorm1d(width), nn.ReLU(), nn.Linear(width, 3))

    wrong = mistake_of(without_bias)
    assert wrong.detail == "Parameters of shape (5,): 2, expected 3."


def test_layers_in_a_plain_list_are_told_so() -> None:
    class Plain(nn.Module):
        def __init__(self, width: int) -> None:
            super().__init__()
            self.layers = [*net(width)]

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            for layer in self.layers:
                x = layer(x)
            return x

    assert "plain list" in mistake_of(Plain).message


def test_a_network_far_too_large_is_told_by_its_parameters() -> None:
    def large(width: int) -> nn.Module:
        return nn.Sequential(nn.Linear(3, 4096), nn.Linear(4096, 4096), nn.Linear(4096, 3))

    assert mistake_of(large).mistake == "wrong_parameters"


def test_a_layer_without_inputs_is_told_by_its_parameters() -> None:
    def nothing(width: int) -> nn.Module:
        return nn.Sequential(nn.Linear(0, width), nn.Linear(width, 3))

    assert mistake_of(nothing).mistake == "wrong_parameters"


def test_values_are_those_of_a_shape_and_a_place_among_its_like() -> None:
    shapes = {"a": (3,), "b": (3,), "c": (3, 2)}
    values = drawn_weights(shapes, seed=1)
    assert not torch.equal(values["a"], values["b"])
    assert values["a"].abs().min() >= 0.5
    assert {name: tuple(value.shape) for name, value in values.items()} == shapes
    twins = drawn_weights(shapes, seed=1, twins=True)
    assert torch.equal(twins["a"], twins["b"])


def test_shapes_of_lazy_layers_are_known_after_a_pass() -> None:
    network = local_learner({"net": lazy}).build("net", 5)
    assert sorted(shapes_of(network, X).values()) == [(3,), (3, 5), (5,), (5,), (5,), (5, 3)]
    with pytest.raises(Raised):
        shapes_of(local_learner({"net": lazy}).build("net", 5), torch.zeros(()))


class UsesOneTwice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(3, 3), nn.Linear(3, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.first(self.first(x))


class Detached(UsesOneTwice):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return self.second(self.first(x))


class AddsInPlace(UsesOneTwice):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = self.second(self.first(x))
        x += out
        return x


class Overwrites(UsesOneTwice):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = self.second(self.first(x))
        x.mul_(2)
        return out.sigmoid().add_(1)


class ClearsItsInput(UsesOneTwice):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = self.second(self.first(x * 1))
        x.zero_()
        return out


@pytest.mark.parametrize(
    ("kind", "mistake"),
    [
        (UsesOneTwice, "parameter_without_gradient"),
        (Detached, "parameter_without_gradient"),
        (AddsInPlace, "overwritten_in_place"),
        (Overwrites, "overwritten_in_place"),
        (ClearsItsInput, "changes_its_input"),
    ],
)
def test_the_way_back_tells_what_equal_outputs_hide(kind: type[nn.Module], mistake: str) -> None:
    network = local_learner({"net": kind}).build("net")
    with pytest.raises(Wrong) as caught:
        expect_every_parameter_used(network, X, Draw(0))
    assert caught.value.mistake == mistake
