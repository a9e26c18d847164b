"""A time budget is kept on any machine: tried with a clock that only the model moves."""

from __future__ import annotations

import math
import random
import time

import pytest
import torch
from torch import Tensor, nn

from cnnlab.training import History, fit
from cnnlab.training.budget import sample_count

from .toys import Batches, toy_batches, toy_net


class Clock:
    """Stands still until somebody says that something took time."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(time, "perf_counter", made)
    return made


class Costly(nn.Module):
    """Takes `step` seconds for a batch of 16 in training, and a third of it in validation."""

    def __init__(self, clock: Clock, step: float, load, forward_share: float = 1 / 3) -> None:
        super().__init__()
        self.net, self.clock, self.step, self.load = toy_net(), clock, step, load
        self.forward_share = forward_share

    def forward(self, x: Tensor) -> Tensor:
        share = 1.0 if self.training else self.forward_share
        self.clock.now += self.step * share * len(x) / 16 * self.load(self.clock.now - 1000.0)
        return self.net(x)


def quiet(now: float) -> float:
    return 1.0


def busy_later(now: float) -> float:
    """Twice as slow from the sixtieth second on."""
    return 2.0 if now > 60 else 1.0


def uneven() -> object:
    draw = random.Random(3)
    return lambda now: draw.uniform(0.7, 1.5)


def repeated(count: int, size: int = 16) -> Batches:
    """Many batches for a moment's work: the same few over and over."""
    return (toy_batches(4, size) * (count // 4 + 1))[:count]


def train(clock: Clock, load, step: float = 0.4, train_batches: int = 40, **options) -> History:
    data = (repeated(train_batches), toy_batches(6, size=32, seed=1))
    model = Costly(clock, step, load, **options)
    return fit(model, data, epochs=10**4, time_budget=100.0, channels_last=False, progress=False)


@pytest.mark.parametrize("load", [quiet, busy_later, uneven()], ids=["quiet", "busy", "uneven"])
@pytest.mark.parametrize("train_batches", [5, 23, 40, 61, 107, 600])
def test_a_budget_is_kept_within_five_percent(clock: Clock, load, train_batches: int):
    """From many short epochs to one that never ends; validation is a share of 2 % to 40 %."""
    history = train(clock, load, train_batches=train_batches)
    assert history.stop_reason == "the time budget was used up"
    assert history.stopped_early
    assert not history.final.complete
    assert 95 <= clock.now - 1000 <= 105
    assert not math.isnan(history.final.validation_accuracy)


def test_validation_batches_larger_than_training_ones_are_foreseen(clock: Clock):
    """`fit` validates in batches of 256 and trains in batches of 64."""
    data = (repeated(200, size=4), toy_batches(3, size=64, seed=1))
    model = Costly(clock, 1.0, quiet)
    history = fit(model, data, epochs=9, time_budget=40.0, channels_last=False)
    assert 38 <= clock.now - 1000 <= 42
    assert not math.isnan(history.final.validation_accuracy)


def test_a_machine_that_stalls_in_the_last_validation_breaks_it_off(clock: Clock):
    def stalls(now: float) -> float:
        return 8.0 if now > 94 else 1.0

    history = train(clock, stalls, train_batches=600)
    assert math.isnan(history.final.validation_accuracy)
    assert clock.now - 1000 <= 105
    assert history.final.train_loss > 0


def test_a_validation_is_foreseen_from_how_the_steps_go_now(clock: Clock):
    """The first validation took 8 s; the second is to start when all takes half as long again."""

    def slows_down(now: float) -> float:
        return 1.5 if now > 60 else 1.0

    data = (repeated(100), toy_batches(60, seed=1))
    model = Costly(clock, 0.4, slows_down)
    history = fit(model, data, epochs=9, time_budget=100.0, channels_last=False)
    assert 95 <= clock.now - 1000 <= 100
    assert [math.isnan(row.validation_loss) for row in history.rows] == [False, False]


def test_a_long_rest_is_trained_in_and_not_given_away(clock: Clock):
    """An epoch ends at 80 s; 10 s of validation would leave too little for a second one."""
    data = (repeated(35), toy_batches(30, seed=1))
    history = fit(Costly(clock, 1.0, quiet), data, epochs=9, time_budget=100.0, channels_last=False)
    assert 95 <= clock.now - 1000 <= 105
    assert [math.isnan(row.validation_loss) for row in history.rows] == [False, True, False]
    assert [row.complete for row in history.rows] == [True, True, False]


def test_the_last_epoch_is_always_validated(clock: Clock):
    data = (repeated(60), toy_batches(6, seed=1))
    history = fit(Costly(clock, 1.0, quiet), data, epochs=1, time_budget=100.0, channels_last=False)
    assert history.stop_reason == "all 1 epochs done"
    assert not math.isnan(history.final.validation_loss)


def test_samples_are_counted_wherever_they_are():
    x, y = torch.zeros(10, 1, 8, 8), torch.zeros(10, dtype=torch.int64)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), 4)
    assert sample_count(loader, None) == 10
    assert sample_count([(x, y), (x[:3], y[:3])], None) == 13

    class Own:
        def __len__(self) -> int:
            return 5

    assert sample_count(Own(), loader) == 20
