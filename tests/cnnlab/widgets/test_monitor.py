"""The monitor shows a run's own numbers, changes nothing in it, and can stop it."""

import pytest
import torch
from torch import nn

from cnnlab import fit
from cnnlab.training import TrainingError
from cnnlab.widgets.monitor import Readings, TrainingMonitor, render


def batches(count=40):
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(count, 16, 1, 6, 6, generator=generator)
    y = torch.randint(3, (count, 16), generator=generator)
    return list(zip(x, y, strict=True)), None


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(36, 3))


def test_a_watched_run_learns_exactly_what_an_unwatched_one_does():
    plain, watched = network(), network()
    expected = fit(plain, batches(), epochs=2, progress=False)
    monitor = TrainingMonitor()
    history = monitor.fit(watched, batches(), epochs=2)
    assert history.train_loss == expected.train_loss
    assert torch.equal(plain[1].weight, watched[1].weight)
    assert monitor.readings.loss[-1] == pytest.approx(history.train_loss[-1])
    assert monitor.readings.steps[-1] == 80
    assert monitor.readings.gradient[-1] > 0
    assert "all 2 epochs done" in monitor.button.description


def test_the_button_ends_the_run_and_keeps_what_was_learned():
    monitor, model = TrainingMonitor(), network()
    before = model[1].weight.clone()
    seen = monitor._watch

    def stop_soon(*reading):
        seen(*reading)
        monitor.button.click()

    monitor._watch = stop_soon
    history = monitor.fit(model, batches(), epochs=1000)
    assert history.stop_reason == "interrupted"
    assert len(history) < 1000
    assert not torch.equal(model[1].weight, before)


def test_a_run_that_fails_leaves_no_hook_behind():
    monitor = TrainingMonitor()
    with pytest.raises(TrainingError):
        monitor.fit(network(), ([], None), epochs=1)
    fit(network(), batches(), epochs=1, progress=False)
    assert monitor.readings.steps == []


def test_before_the_first_reading_there_is_a_picture_too():
    assert render(Readings()).alt.startswith("After 0 steps: loss –")
