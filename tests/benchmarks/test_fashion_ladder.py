"""The ladder on Fashion-MNIST: finished runs are kept, and a stopped one goes on."""

from __future__ import annotations

from dataclasses import replace

import fashion_ladder
import pytest
import torch
from fashion_ladder import LADDER, climb, finished, rows

import cnnlab.data
from cnnlab import models
from cnnlab.data import Dataset


@pytest.fixture
def images(tmp_path, monkeypatch) -> Dataset:
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path / "home"))
    small = cnnlab.data.load("fashion-mnist-small")
    return replace(small, train=small.train[:320], test=small.test[:200])


SHORT = tuple(replace(rung, epochs=2) for rung in LADDER)


def test_every_network_of_the_ladder_runs_and_none_is_repeated(images, tmp_path, monkeypatch):
    path = tmp_path / "runs.json"
    runs = climb(SHORT, 1, lambda: images, path)
    assert [run.network for run in runs] == [rung.network for rung in LADDER]
    assert finished(path) == runs
    monkeypatch.setattr(fashion_ladder, "perform", lambda *_: pytest.fail("made again"))
    assert climb(SHORT, 1, lambda: images, path) == runs
    table = rows(SHORT, 1, runs)
    assert [row["network"] for row in table] == [rung.network for rung in LADDER]
    assert not list((tmp_path / "home" / "ladder").glob("*.pt"))


def test_a_changed_recipe_is_another_run(images, tmp_path):
    path = tmp_path / "runs.json"
    climb(SHORT[:1], 1, lambda: images, path)
    longer = (replace(SHORT[0], epochs=3),)
    assert len(climb(longer, 1, lambda: images, path)) == 2
    assert rows(longer, 3, finished(path))[0]["seeds"] == 1


def test_a_stopped_run_goes_on_at_its_last_epoch(images, tmp_path, monkeypatch):
    whole = climb(SHORT[:1], 1, lambda: images, tmp_path / "whole.json")[0]
    fit, stopped = fashion_ladder.fit, []

    def stopping_fit(model, pair, **options):
        """Killed after the first epoch has been saved."""

        def watch(step, loss, accuracy):
            if step > len(pair[0]):
                raise KeyboardInterrupt

        if not stopped:
            stopped.append(fit(model, pair, **options, watch=watch))
            raise KeyboardInterrupt
        return fit(model, pair, **options)

    monkeypatch.setattr(fashion_ladder, "fit", stopping_fit)
    path = tmp_path / "runs.json"
    with pytest.raises(KeyboardInterrupt):
        climb(SHORT[:1], 1, lambda: images, path)
    assert finished(path) == []
    again = climb(SHORT[:1], 1, lambda: images, path)[0]
    assert again.accuracy == whole.accuracy


def test_the_counts_are_those_of_the_texts():
    counts = [models.count_parameters(rung.build()) for rung in LADDER]
    assert counts[:3] == [7_850, 784 * 256 + 256 + 256 * 128 + 128 + 128 * 100 + 100 + 1010, 61_706]
    for rung in LADDER:
        assert rung.build().eval()(torch.zeros(1, 1, 28, 28)).shape == (1, 10)
