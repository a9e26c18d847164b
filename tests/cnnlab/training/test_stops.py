"""Every way a run can end early: each leaves a record or says what to change."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor, nn

from cnnlab.errors import CnnlabError
from cnnlab.training import (
    DivergedError,
    EmptyDataError,
    FrozenModelError,
    LabelError,
    OutOfMemoryError,
    SettingError,
    ShapeError,
    evaluate,
    fit,
)

from .toys import Batches, toy_batches, toy_net


class InterruptsAt(nn.Module):
    """Raises Ctrl-C's exception at its n-th pass, in training or in validation."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.net, self.passes, self.at = toy_net(), 0, at

    def forward(self, x: Tensor) -> Tensor:
        self.passes += 1
        if self.passes == self.at:
            raise KeyboardInterrupt
        return self.net(x)


@pytest.mark.parametrize("at", range(1, 20))
def test_an_interruption_anywhere_returns_what_was_learned(at: int):
    """Six training and two validation batches an epoch: passes 7, 8, 15, 16 are validation."""
    model = InterruptsAt(at)
    random_state = torch.get_rng_state()
    history = fit(model, (toy_batches(), toy_batches(2)), epochs=50, channels_last=False)
    assert history.stop_reason == "interrupted"
    assert history.stopped_early
    assert torch.equal(torch.get_rng_state(), random_state)
    steps = sum(1 for index in range(1, at) if (index - 1) % 8 < 6)
    assert len(history) == -(-steps // 6)
    if history.rows:
        assert history.rows[0].train_loss > 0
        assert repr(history).endswith("interrupted.")


def test_a_real_signal_returns_the_history():
    def press() -> None:
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(0.3, press)
    timer.start()
    history = fit(toy_net(), (toy_batches(), None), epochs=10**6)
    timer.join()
    assert history.stop_reason == "interrupted"
    assert len(history) > 1


def test_a_nan_loss_is_laid_to_the_learning_rate():
    with pytest.raises(DivergedError, match=r"inputs are finite.*try lr=") as caught:
        fit(
            nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 4)),
            (toy_batches(), None),
            epochs=30,
            lr=1e4,
            schedule="constant",
        )
    assert caught.value.history is not None
    assert "epoch 1" in str(caught.value)


def test_nan_inputs_are_laid_to_the_data():
    batches = toy_batches()
    batches[3][0][2, 0, 1, 1] = float("nan")
    with pytest.raises(DivergedError, match="batch 3 of the training data contains NaN"):
        fit(toy_net(), (batches, None), epochs=1)


def test_a_finite_explosion_is_caught_at_the_end_of_its_epoch():
    x, y = toy_batches(1)[0]
    far = [(x * 1e4, y)]
    with pytest.raises(DivergedError, match=r"exploded to .* normalised"):
        fit(nn.Sequential(nn.Flatten(), nn.Linear(64, 4)), (far, None), epochs=3, lr=1e-9)


def test_divergence_can_be_recorded_instead_of_raised():
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 4))
    history = fit(model, (toy_batches(), None), epochs=30, lr=1e4, strict=False)
    assert "loss" in history.stop_reason
    assert history.stopped_early


def test_a_model_without_trainable_parameters_is_refused():
    with pytest.raises(FrozenModelError, match="no trainable parameters"):
        fit(toy_net().requires_grad_(False), (toy_batches(), None), epochs=1)


def test_an_optimizer_of_another_model_is_refused():
    optimizer = torch.optim.SGD(toy_net().parameters(), lr=0.1)
    with pytest.raises(FrozenModelError, match="none of the model's trainable parameters"):
        fit(toy_net(), (toy_batches(), None), epochs=1, optimizer=optimizer)


class Detached(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.net = toy_net()

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x).detach()


def test_a_detached_output_is_named():
    with pytest.raises(FrozenModelError, match="detach"):
        fit(Detached(), (toy_batches(), None), epochs=1)


def test_a_loss_that_never_moves_is_noticed():
    with pytest.raises(FrozenModelError, match=r"between epochs 1 and 2: .* rate of 0"):
        fit(toy_net(), (toy_batches(), None), epochs=9, lr=0.0)


def test_weights_that_never_move_are_noticed_behind_a_noisy_loss():
    with pytest.raises(FrozenModelError, match="weights do not move"):
        fit(toy_net(dropout=0.5), (toy_batches(), None), epochs=9, lr=0.0)


def test_a_solved_task_is_not_called_frozen():
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 4))
    x, y = torch.zeros(8, 1, 8, 8), torch.zeros(8, dtype=torch.int64)
    with torch.no_grad():
        model[1].bias.copy_(torch.tensor([200.0, 0, 0, 0]))
    assert len(fit(model, ([(x, y)], None), epochs=4)) == 4


def relabelled(change) -> Batches:
    return [(x, change(y)) for x, y in toy_batches()]


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        (lambda y: y + 1, r"labels run from 1 to 4, but the model gives 4 logits"),
        (lambda y: y - 1, r"labels run from -1"),
        (lambda y: y.float(), r"y\.long\(\)"),
        (lambda y: y[:, None], r"y\.squeeze\(1\)"),
        (lambda y: nn.functional.one_hot(y, 4), r"y\.argmax\(1\)"),
    ],
)
def test_labels_that_do_not_fit_are_explained(change, advice: str):
    with pytest.raises(LabelError, match=advice):
        fit(toy_net(), (relabelled(change), None), epochs=1)


def test_a_bad_label_in_a_later_batch_is_explained_too():
    batches = toy_batches()
    batches[4][1][0] = 17
    with pytest.raises(LabelError, match="to 17"):
        fit(toy_net(), (batches, None), epochs=1)


def test_wrong_channels_name_the_layer():
    rgb = [(x.expand(-1, 3, -1, -1), y) for x, y in toy_batches()]
    with pytest.raises(ShapeError, match=r"layer `0`, a Conv2d.*given \(16, 3, 8, 8\)"):
        fit(toy_net(), (rgb, None), epochs=1)


def test_a_linear_layer_of_the_wrong_size_is_named():
    larger = [(nn.functional.pad(x, (1, 1, 1, 1)), y) for x, y in toy_batches()]
    with pytest.raises(ShapeError, match=r"layer `6`, a Linear.*given \(16, 100\)"):
        fit(toy_net(), (larger, None), epochs=1)


def test_outputs_that_are_no_logits_are_explained():
    with pytest.raises(ShapeError, match="Flatten or pool"):
        fit(nn.Conv2d(1, 4, 3), (toy_batches(), None), epochs=1)


def test_integer_images_are_explained():
    raw = [((x * 10).to(torch.uint8), y) for x, y in toy_batches()]
    with pytest.raises(ShapeError, match="uint8"):
        fit(toy_net(), (raw, None), epochs=1)


def test_a_bug_in_the_learners_forward_keeps_its_own_error():
    class Buggy(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = toy_net()

        def forward(self, x: Tensor) -> Tensor:
            return self.nett(x)

    with pytest.raises(AttributeError, match="nett"):
        fit(Buggy(), (toy_batches(), None), epochs=1)


class Hungry(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.net = toy_net()

    def forward(self, x: Tensor) -> Tensor:
        torch.empty(2**60)
        return self.net(x)


def test_running_out_of_memory_advises_half_the_batch():
    with pytest.raises(OutOfMemoryError, match="batch_size=8"):
        fit(Hungry(), (toy_batches(), None), epochs=1)


def test_empty_data_is_refused():
    with pytest.raises(EmptyDataError, match="not a single batch"):
        fit(toy_net(), ([], None), epochs=1)


def test_a_generator_is_refused_before_it_runs_dry():
    def once() -> Iterator[tuple[Tensor, Tensor]]:
        yield from toy_batches()

    with pytest.raises(EmptyDataError, match="read only once"):
        fit(toy_net(), (once(), None), epochs=2)


def test_a_bare_pair_of_tensors_is_refused_with_the_form_to_type():
    x, y = toy_batches(1)[0]
    with pytest.raises(SettingError, match=r"data=\(\[\(x, y\)\], None\)"):
        fit(toy_net(), (x, y), epochs=1)


def test_all_of_them_are_one_family():
    with pytest.raises(CnnlabError):
        fit(toy_net(), ([], None), epochs=1)


def test_images_too_small_for_the_poolings_are_explained():
    small = [(x[..., :1, :1], y) for x, y in toy_batches()]
    with pytest.raises(ShapeError, match=r"layer `3`, a MaxPool2d.*larger images"):
        fit(toy_net(), (small, None), epochs=1)


def test_wrong_channels_and_features_each_get_their_own_advice():
    rgb = [(x.expand(-1, 3, -1, -1), y) for x, y in toy_batches()]
    with pytest.raises(ShapeError, match="1 for grey images, 3 for colour"):
        fit(toy_net(), (rgb, None), epochs=1)
    larger = [(nn.functional.pad(x, (1, 1, 1, 1)), y) for x, y in toy_batches()]
    with pytest.raises(ShapeError, match="in_features must be what it is given"):
        fit(toy_net(), (larger, None), epochs=1)


def test_a_last_batch_of_one_under_batch_norm_is_explained():
    flat = nn.Sequential(nn.Flatten(), nn.Linear(64, 4), nn.BatchNorm1d(4))
    with pytest.raises(ShapeError, match="drop_last=True"):
        fit(flat, (toy_batches(last=1), None), epochs=1)


def test_double_precision_images_are_explained():
    double = [(x.double(), y) for x, y in toy_batches()]
    with pytest.raises(ShapeError, match=r"x\.float\(\)"):
        fit(toy_net(), (double, None), epochs=1)


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ({"epochs": "3"}, "whole number"),
        ({"epochs": 0}, "whole number"),
        ({"epochs": 1, "lr": -0.1}, "positive number"),
        ({"epochs": 1, "lr": float("nan")}, "positive number"),
        ({"epochs": 1, "device": "cuda:99"}, "device='cpu'"),
        ({"epochs": 1, "device": "gpu"}, "device='cpu'"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, advice: str):
    with pytest.raises(SettingError, match=advice):
        fit(toy_net(), (toy_batches(), None), **settings)


def test_a_class_in_place_of_a_model_is_noticed():
    with pytest.raises(SettingError, match=r"fit\(Hungry\(\), \.\.\.\)"):
        fit(Hungry, (toy_batches(), None), epochs=1)


def test_bare_tensors_are_refused_by_evaluate_too():
    with pytest.raises(SettingError, match=r"\[\(x, y\)\]"):
        evaluate(toy_net(), toy_batches(1)[0])
