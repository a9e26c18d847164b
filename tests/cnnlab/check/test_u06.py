"""What the bank of unit 06 does not prove: our optimisers are torch's, and chance is fair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.nn import functional as F

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.registry import COURSE
from cnnlab.check.run import run_checks
from cnnlab.exercises.u06_training import _chances, augment
from cnnlab.exercises.u06_training.adam import adam_step, adamw_step
from cnnlab.exercises.u06_training.sgd_momentum import sgd_momentum_step
from cnnlab.exercises.u06_training.smooth_labels import smooth_labels
from cnnlab.exercises.u06_training.warmup_cosine import warmup_cosine
from cnnlab.learner import local_learner
from cnnlab.training import schedules


@pytest.mark.parametrize(
    ("step", "optimizer", "settings"),
    [
        (sgd_momentum_step, torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
        (sgd_momentum_step, torch.optim.SGD, {"lr": 0.1, "momentum": 0.5, "weight_decay": 0.3}),
        (adam_step, torch.optim.Adam, {}),
        (adam_step, torch.optim.Adam, {"lr": 0.1, "betas": (0.8, 0.9), "eps": 0.1}),
        (adamw_step, torch.optim.AdamW, {}),
        (adamw_step, torch.optim.AdamW, {"lr": 0.1, "weight_decay": 0.3}),
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
    soft = F.cross_entropy(logits, smooth_labels(targets, 4, 0.1))
    assert soft.item() == pytest.approx(
        F.cross_entropy(logits, targets, label_smoothing=0.1).item()
    )


def test_the_schedule_is_that_of_fit() -> None:
    for step in range(21):
        rate = warmup_cosine(step, 20, 4, 0.3)
        assert rate == pytest.approx(0.3 * schedules.warmup_cosine(step, 20, 4))


@pytest.mark.parametrize("exercise", COURSE.in_unit("06_training").values(), ids=lambda e: e.id)
def test_the_reference_passes(exercise: Exercise) -> None:
    for seed in range(5):
        results = run_checks(
            exercise, exercise.checks, local_learner(dict(exercise.references)), seed
        )
        assert [result.message for result in results if not result.passed] == []


def test_an_optimizer_with_two_mistakes_is_told_the_first() -> None:
    def step(
        param: torch.Tensor, grad: torch.Tensor, velocity: torch.Tensor | None, lr: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        velocity = grad if velocity is None else 0.1 * velocity + grad
        return param + lr * velocity, velocity

    exercise = COURSE.find("sgd_momentum")
    learner = local_learner({"sgd_momentum_step": step})
    results = run_checks(exercise, exercise.checks[:1], learner, 0)
    assert results[0].mistake == "uphill"


@pytest.mark.parametrize(
    ("name", "setting", "cases"),
    [
        (augment.CROP_FLIP, 1, 18),
        (augment.CROP_FLIP, 2, 50),
        (augment.CROP_FLIP, 0, 2),
        (augment.CUTOUT, 3, 20),
        (augment.CUTOUT, 4, 20),
    ],
)
def test_there_are_as_many_results_as_cases(name: str, setting: int, cases: int) -> None:
    images = _chances.draw_multiples(Draw(2), _chances.PER_CASE * cases, 1, 4, 5)
    generator = torch.Generator().manual_seed(0)
    found, counts = images.results(augment.exercise.references[name](images.x, setting, generator))
    assert len(found) == cases
    _chances.expect_even(counts, "a case")


def test_parts_of_another_image_are_no_result() -> None:
    def from_the_next(x: torch.Tensor, size: int, generator: torch.Generator) -> torch.Tensor:
        return augment.cutout(x.roll(1, 0), size, generator)

    with pytest.raises(Wrong) as caught:
        augment.agree_on_holes(local_learner({"cutout": from_the_next}), Draw(1), 3, (1, 4, 5))
    assert caught.value.mistake == "impossible_result"


def test_chance_alone_is_never_called_uneven() -> None:
    generator = torch.Generator().manual_seed(0)
    for _ in range(2000):
        drawn = torch.randint(18, (18 * _chances.PER_CASE,), generator=generator)
        _chances.expect_even(drawn.bincount(minlength=18), "a number")


def test_what_comes_too_often_is_called_uneven() -> None:
    found = torch.arange(18 * _chances.PER_CASE) % 18
    found[:80] = 0
    with pytest.raises(Wrong, match="far more often"):
        _chances.expect_even(found.bincount(), "a number")


def test_a_coin_that_is_not_fair_is_found() -> None:
    def unfair(x: torch.Tensor, padding: int, generator: torch.Generator) -> torch.Tensor:
        plain = augment.random_crop_flip(x, padding, generator)
        again = torch.rand(len(x), generator=generator) < 0.3
        return torch.where(again.view(-1, 1, 1, 1), x, plain)

    with pytest.raises(Wrong) as caught:
        learner = local_learner({"random_crop_flip": unfair})
        augment.agree_on_crops(learner, Draw(3), 1, (1, 3, 4))
    assert caught.value.mistake == "not_uniform"


def test_a_hole_for_each_channel_is_found() -> None:
    def apart(x: torch.Tensor, size: int, generator: torch.Generator) -> torch.Tensor:
        channels = [augment.cutout(channel, size, generator) for channel in x.split(1, 1)]
        return torch.cat(channels, 1)

    with pytest.raises(Wrong) as caught:
        augment.agree_on_holes(local_learner({"cutout": apart}), Draw(4), 3, (2, 4, 5))
    assert caught.value.mistake == "channels_apart"
