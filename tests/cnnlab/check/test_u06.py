"""What the bank of unit 06 does not prove: our optimisers are torch's, and chance is fair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.nn import functional as F

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.run import run_checks
from cnnlab.exercises import u06_training
from cnnlab.exercises.u06_training.augmentation import ask_crops, ask_holes
from cnnlab.exercises.u06_training.chances import expect_even
from cnnlab.exercises.u06_training.possible import crops, holes
from cnnlab.learner import local_learner
from cnnlab.reference import training as ours
from cnnlab.training import schedules

TODOS = [getattr(u06_training, name) for name in u06_training.__all__]


@pytest.mark.parametrize(
    ("step", "optimizer", "settings"),
    [
        (ours.sgd_momentum_step, torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
        (
            ours.sgd_momentum_step,
            torch.optim.SGD,
            {"lr": 0.1, "momentum": 0.5, "weight_decay": 0.3},
        ),
        (ours.adam_step, torch.optim.Adam, {}),
        (ours.adam_step, torch.optim.Adam, {"lr": 0.1, "betas": (0.8, 0.9), "eps": 0.1}),
        (ours.adamw_step, torch.optim.AdamW, {}),
        (ours.adamw_step, torch.optim.AdamW, {"lr": 0.1, "weight_decay": 0.3}),
    ],
    ids=["sgd", "sgd-decay", "adam", "adam-settings", "adamw", "adamw-decay"],
)
def test_our_steps_are_those_of_torch(
    step: Callable[..., Any], optimizer: Callable[..., Any], settings: dict[str, Any]
) -> None:
    draw = Draw(0)
    theirs = draw.normal(3, 4).requires_grad_()
    param, state = theirs.detach().clone(), None
    torchs = optimizer([theirs], **settings)
    for count in range(30):
        changed = {**settings, "lr": settings.get("lr", 1e-3) / (1 + count % 3)}
        theirs.grad = draw.normal(3, 4)
        torchs.param_groups[0]["lr"] = changed["lr"]
        torchs.step()
        param, state = step(param, theirs.grad, state, **changed)
        torch.testing.assert_close(param, theirs.detach())


def test_soft_targets_are_those_of_torch() -> None:
    draw = Draw(1)
    logits, targets = draw.normal(5, 4, dtype=torch.float32), draw.labels(5, 4)
    soft = F.cross_entropy(logits, ours.smooth_labels(targets, 4, 0.1))
    assert soft.item() == pytest.approx(
        F.cross_entropy(logits, targets, label_smoothing=0.1).item()
    )


def test_the_schedule_is_that_of_fit() -> None:
    for step in range(21):
        rate = ours.warmup_cosine(step, 20, 4, 0.3)
        assert rate == pytest.approx(0.3 * schedules.warmup_cosine(step, 20, 4))


@pytest.mark.parametrize("exercise", TODOS, ids=lambda exercise: exercise.id)
def test_the_reference_passes(exercise: Any) -> None:
    for seed in range(5):
        results = run_checks(
            exercise, exercise.checks, local_learner(dict(exercise.references)), seed
        )
        assert [result.message for result in results if not result.passed] == []


def test_every_possibility_differs_from_every_other() -> None:
    x = Draw(2).uniform(1, 1, 4, 5, low=0.5, high=1.5)
    for possible in (crops(x, 1), crops(x, 2), crops(x, 0), holes(x, 3), holes(x, 2)):
        assert len(possible.unique(dim=0)) == len(possible)


def test_chance_alone_is_never_called_uneven() -> None:
    generator = torch.Generator().manual_seed(0)
    for _ in range(2000):
        expect_even(torch.randint(18, (1080,), generator=generator), 18, "a number")


def test_what_comes_too_often_is_called_uneven() -> None:
    found = torch.arange(1080) % 18
    found[:100] = 0
    with pytest.raises(Wrong, match="far more often"):
        expect_even(found, 18, "a number")
    with pytest.raises(Wrong, match="never occurred"):
        expect_even(torch.arange(1080) % 17, 18, "a number")


def test_a_coin_that_is_not_fair_is_found() -> None:
    def unfair(x, padding, generator):
        plain = ours.random_crop_flip(x, padding, generator)
        again = torch.rand(len(x), generator=generator) < 0.3
        return torch.where((again & (x[:, 0, 0, 0] < 2)).view(-1, 1, 1, 1), x, plain)

    with pytest.raises(Wrong) as caught:
        ask_crops(local_learner({"random_crop_flip": unfair}), Draw(3), 1, (1, 3, 4))
    assert caught.value.mistake == "not_uniform"


def test_a_hole_for_each_channel_is_found() -> None:
    def apart(x, size, generator):
        return torch.cat([ours.cutout(channel, size, generator) for channel in x.split(1, 1)], 1)

    with pytest.raises(Wrong) as caught:
        ask_holes(local_learner({"cutout": apart}), Draw(4), 3, (2, 4, 5))
    assert caught.value.mistake == "channels_apart"
