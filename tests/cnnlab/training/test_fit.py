from __future__ import annotations

import math
import random
from collections.abc import Iterator

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnlab.training import SettingError, ShapeError, constant, decay_groups, fit, warmup_cosine
from cnnlab.training.devices import pick_channels_last

from .toys import toy_batches, toy_net


def test_fit_learns_and_records_each_epoch():
    history = fit(toy_net(), (toy_batches(), toy_batches(seed=1)), epochs=6)
    assert [row.epoch for row in history.rows] == [1, 2, 3, 4, 5, 6]
    assert history.final.validation_accuracy > 0.9
    assert history.train_loss[-1] < history.train_loss[0] / 2
    assert history.stop_reason == "all 6 epochs done"
    assert not history.stopped_early


def test_fit_takes_the_same_steps_as_the_loop_everyone_writes():
    batches, epochs = toy_batches(last=5), 3
    ours = toy_net()
    history = fit(ours, (batches, None), epochs=epochs, lr=0.05, channels_last=False)

    theirs = toy_net()
    optimizer = torch.optim.SGD(decay_groups(theirs, 5e-4), lr=0.05, momentum=0.9, nesterov=True)
    total, step, losses = epochs * len(batches), 0, []
    theirs.train()
    for _ in range(epochs):
        summed, seen = 0.0, 0
        for x, y in batches:
            for group in optimizer.param_groups:
                group["lr"] = 0.05 * warmup_cosine(step, total)
            optimizer.zero_grad()
            loss = F.cross_entropy(theirs(x), y)
            loss.backward()
            optimizer.step()
            summed, seen, step = summed + loss.item() * len(x), seen + len(x), step + 1
        losses.append(summed / seen)

    assert history.train_loss == losses
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(mine, other)


def test_the_seed_alone_decides():
    def run(seed: int) -> list[float]:
        torch.manual_seed(random.randrange(10**6))
        return fit(toy_net(dropout=0.3), (toy_batches(), None), epochs=2, seed=seed).train_loss

    assert run(3) == run(3)
    assert run(3) != run(4)


def test_the_callers_random_state_and_the_models_modes_are_left_alone():
    model = toy_net(dropout=0.3)
    model[1].eval()
    torch.manual_seed(5)
    random.seed(5)
    np.random.seed(5)
    states = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()
    modes = [module.training for module in model.modules()]
    fit(model, (toy_batches(), toy_batches()), epochs=1, mixup=0.2)
    assert torch.equal(torch.get_rng_state(), states[0])
    assert random.getstate() == states[1]
    assert np.random.get_state()[1].tolist() == states[2]
    assert [module.training for module in model.modules()] == modes


def test_weight_decay_spares_biases_and_norms():
    decayed, spared = decay_groups(toy_net(), 0.1)
    assert [p.ndim for p in decayed["params"]] == [4, 2]
    assert {p.ndim for p in spared["params"]} == {1}
    assert (decayed["weight_decay"], spared["weight_decay"]) == (0.1, 0.0)


def test_an_optimizer_of_ones_own_keeps_its_groups_rates_and_gets_them_back():
    model = toy_net()
    head = [{"params": model[6].parameters(), "lr": 0.1}]
    optimizer = torch.optim.SGD([{"params": model[0].parameters()}, *head], lr=0.01)
    seen: list[list[float]] = []

    def schedule(step: int, total: int) -> float:
        seen.append([group["lr"] for group in optimizer.param_groups])
        return 0.5

    fit(model, (toy_batches(count=2), None), epochs=1, optimizer=optimizer, schedule=schedule)
    assert seen[1] == [0.005, 0.05]
    assert [group["lr"] for group in optimizer.param_groups] == [0.01, 0.1]


def test_lr_beside_an_own_optimizer_is_refused():
    model = toy_net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    with pytest.raises(SettingError, match="belong to your own optimizer"):
        fit(model, (toy_batches(), None), epochs=1, optimizer=optimizer, lr=0.1)


@pytest.mark.parametrize("option", [{"optimizer": "sdg"}, {"schedule": "cosin"}, {"epochs": 0}])
def test_unknown_settings_name_what_is_known(option: dict[str, object]):
    with pytest.raises(SettingError, match=r"sgd|warmup_cosine|at least 1"):
        fit(toy_net(), (toy_batches(), None), **{"epochs": 1, **option})


def test_schedules_start_peak_and_end_where_the_contract_says():
    assert warmup_cosine(0, 100, warmup=10) == pytest.approx(0.1)
    assert warmup_cosine(9, 100, warmup=10) == 1.0
    assert warmup_cosine(10, 100, warmup=10) == 1.0
    assert warmup_cosine(55, 100, warmup=10) == pytest.approx(0.5)
    assert warmup_cosine(100, 100, warmup=10) == pytest.approx(0.0)
    assert constant(7, 9) == 1.0


def test_epoch_metrics_weigh_samples_not_batches():
    """One sample in the short last batch must not count like sixteen."""
    x = torch.zeros(17, 1, 8, 8)
    y = torch.tensor([0] * 16 + [1])
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 2))
    with torch.no_grad():
        model[1].bias.copy_(torch.tensor([1.0, 0.0]))
    batches = [(x[:16], y[:16]), (x[16:], y[16:])]
    row = fit(model, (batches, batches), epochs=1, lr=1e-12).final
    assert row.train_accuracy == pytest.approx(16 / 17)
    assert row.validation_accuracy == pytest.approx(16 / 17)
    expected = F.cross_entropy(torch.tensor([[1.0, 0.0]]).expand(17, 2), y).item()
    assert row.train_loss == pytest.approx(expected, rel=1e-6)
    assert row.validation_loss == pytest.approx(expected, rel=1e-6)


def test_label_smoothing_and_mixup_change_the_training_loss_only():
    data = (toy_batches(), toy_batches(seed=1))
    plain = fit(toy_net(), data, epochs=8)
    smooth = fit(toy_net(), data, epochs=8, label_smoothing=0.2)
    mixed = fit(toy_net(), data, epochs=8, mixup=1.0)
    # The smoothed loss cannot fall below the entropy of its targets.
    floor = -(0.85 * math.log(0.85) + 3 * 0.05 * math.log(0.05))
    assert smooth.train_loss[-1] >= floor > plain.train_loss[-1]
    assert mixed.train_loss[-1] > 2 * plain.train_loss[-1]
    assert smooth.final.validation_accuracy > 0.9
    assert mixed.final.validation_accuracy > 0.9


def test_a_frozen_batch_norm_can_be_kept_in_eval_mode():
    model = toy_net()

    def all_but_the_norm(net: nn.Module) -> None:
        net.train()
        net[1].eval()  # type: ignore[index]

    fit(model, (toy_batches(), toy_batches()), epochs=2, train_mode=all_but_the_norm)
    assert torch.equal(model[1].running_mean, torch.zeros(4))


class EpochSensitive:
    """Batches that know the epoch, as cnnlab's own do."""

    def __init__(self) -> None:
        self.epoch = 99
        self.asked: list[int] = []

    def __len__(self) -> int:
        return 2

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        self.asked.append(self.epoch)
        self.epoch += 1
        yield from toy_batches(2, seed=self.epoch)


def test_batches_are_told_the_epoch():
    batches = EpochSensitive()
    fit(toy_net(), (batches, None), epochs=3)
    assert batches.asked == [0, 1, 2]


class DataLike:
    """The part of a cnnlab data set that `fit` leans on."""

    class_names = ("a", "b", "c", "d")

    def __init__(self) -> None:
        self.calls: list[tuple[str, int, dict[str, object]]] = []

    def batches(self, part: str, batch_size: int, **options: object):
        self.calls.append((part, batch_size, options))
        return toy_batches(seed=int(part == "test"))


def test_data_sets_give_augmented_training_and_plain_test_batches():
    data = DataLike()
    augment = object()
    history = fit(toy_net(), data, epochs=2, batch_size=32, seed=7, augment=augment)
    (part, size, options), (other, _, other_options) = data.calls
    assert (part, size, options["seed"], options["augment"]) == ("train", 32, 7, augment)
    assert other == "test"
    assert "augment" not in other_options
    assert not math.isnan(history.final.validation_loss)


def test_a_time_budget_ends_a_run_on_a_real_clock():
    """test_budget.py tells how well it is kept, with a clock that no busy machine disturbs."""
    data = (toy_batches(20), toy_batches(4, seed=1))
    history = fit(toy_net(), data, epochs=10**6, time_budget=0.3)
    assert history.stop_reason == "the time budget was used up"
    assert 1 <= len(history) < 10**6
    with pytest.raises(SettingError, match="positive number of seconds"):
        fit(toy_net(), data, epochs=1, time_budget=0)


class Viewing(nn.Module):
    """A learner's network whose `.view` cannot read channels-last memory."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.head = nn.Conv2d(1, 4, 3, padding=1), nn.Linear(256, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.conv(x).view(len(x), -1))


def test_a_network_that_needs_plain_memory_gets_it():
    history = fit(Viewing(), (toy_batches(), toy_batches(2)), epochs=2)
    assert len(history) == 2
    with pytest.raises(ShapeError, match=r"\.flatten\(1\)"):
        fit(Viewing(), (toy_batches(), None), epochs=1, channels_last=True)


def test_the_weights_come_back_in_plain_memory():
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Conv2d(4, 4, 3), nn.Flatten(), nn.Linear(64, 4))
    fit(model, (toy_batches(), None), epochs=1, channels_last=True)
    assert all(parameter.is_contiguous() for parameter in model.parameters())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_channels_last_is_the_same_computation_to_rounding():
    data = (toy_batches(), None)
    one = fit(toy_net(), data, epochs=2, channels_last=True)
    other = fit(toy_net(), data, epochs=2, channels_last=False)
    assert one.train_loss == pytest.approx(other.train_loss, rel=1e-4)


@pytest.mark.parametrize(("channels", "chosen"), [(8, False), (16, True)])
def test_channels_last_is_not_chosen_where_torch_writes_past_its_memory(channels, chosen):
    model = nn.Sequential(
        nn.Conv2d(1, channels, 3, padding=1),
        nn.Conv2d(channels, 16, 1, stride=2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, 2),
    )
    assert pick_channels_last(model, torch.device("cpu"), None) is chosen
    batch = torch.randn(3, 1, 32, 32), torch.tensor([0, 1, 0])
    assert len(fit(model, ([batch] * 4, None), epochs=2)) == 2
