"""Design tasks: limits are kept, results are measured, and what cheats is found out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from cnnlab.check.compare import Wrong
from cnnlab.check.design import (
    Brief,
    Depth,
    DesignTask,
    NetworkTrial,
    OneOf,
    Plan,
    RecipeTrial,
    Within,
)
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Check, Exercise
from cnnlab.check.run import Result, run_checks
from cnnlab.data import Dataset, Split
from cnnlab.learner import local_learner
from cnnlab.training.schedules import warmup_cosine

CLASSES = 4
LIMITS = {"parameters": 400, "multiply-adds": 1000}
BRIEF = Brief("accuracy on new squares", "a linear layer", 0.8, {0.3: 2, 0.6: 3, 0.9: 4}, LIMITS, 1)
TRIAL = NetworkTrial(
    LIMITS, Plan(epochs=8, lr=0.02, schedule=warmup_cosine, batch_size=16), (1, 6, 6), CLASSES
)


def bright_corners(draw: Draw) -> Dataset:
    """Each class has a corner of its own that is brighter than the rest."""

    def part(count: int) -> Split:
        labels = draw.labels(count, CLASSES)
        images = draw.uniform(count, 1, 6, 6, high=120)
        for image, label in zip(images, labels, strict=True):
            row, column = divmod(int(label), 2)
            image[0, 3 * row : 3 * row + 3, 3 * column : 3 * column + 3] += 100
        return Split(images.to(torch.uint8), labels)

    return Dataset("corners", "1", tuple("abcd"), part(160), part(200))


TASK = DesignTask(BRIEF, TRIAL, bright_corners)


def linear() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(36, CLASSES))


def graded(design: Callable[[], Any], seed: int = 0) -> list[Result]:
    exercise = Exercise("design_corners", {"design": linear})
    checks = [Check(*each) for each in TASK.graded(bright_corners)]
    return run_checks(exercise, checks, local_learner({"design": design}), seed)


def points(design: Callable[[], Any], seed: int = 0) -> float:
    return sum(result.points for result in graded(design, seed))


def mistakes(design: Callable[[], Any]) -> set[str]:
    return {result.mistake for result in graded(design) if not result.passed}


def test_a_design_that_learns_earns_every_point_whatever_the_seed() -> None:
    assert BRIEF.points == 10
    assert {points(linear, seed) for seed in range(3)} == {10}


def test_a_design_that_sees_too_little_earns_the_lower_steps() -> None:
    class UpperHalf(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(18, CLASSES)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.fc(x[:, :, :3].flatten(1))

    assert points(UpperHalf) == 1 + 2 + 3  # two corners are seen, the others look alike
    assert mistakes(UpperHalf) == {"below_this_step"}


@pytest.mark.parametrize(
    ("design", "mistake"),
    [
        (lambda: nn.Sequential(nn.Flatten(), nn.Linear(36, 30), nn.Linear(30, 4)), "parameters"),
        (lambda: nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.Flatten(), nn.Linear(144, 4)), ""),
        (lambda: nn.Flatten(), "wrong_output"),
        (lambda: nn.Linear(6, 4), "wrong_output"),
    ],
)
def test_what_does_not_keep_to_the_limits_earns_nothing(
    design: Callable[[], nn.Module], mistake: str
) -> None:
    assert points(design) == 0
    assert any(mistake in found for found in mistakes(design))


def test_what_was_learned_beforehand_is_shuffled_away() -> None:
    def trained() -> nn.Module:
        network = linear()
        with torch.no_grad():
            for number, row in enumerate(network[1].weight):
                corner = torch.zeros(6, 6)
                up, left = divmod(number, 2)
                corner[3 * up : 3 * up + 3, 3 * left : 3 * left + 3] = 5
                row.copy_(corner.flatten())
        return network

    accuracy: list[float] = []

    class Watching(NetworkTrial):
        def _accuracy(self, network: Any, material: Dataset) -> float:
            accuracy.append(super()._accuracy(network, material))
            return accuracy[-1]

    trial = Watching(LIMITS, Plan(epochs=1, lr=1e-9, schedule=warmup_cosine), (1, 6, 6), CLASSES)
    trial.score(local_learner({"design": trained}), Draw(0), bright_corners(Draw(1)))
    assert max(accuracy) < 0.6


def test_what_knows_without_weights_is_found_out() -> None:
    class Remembers(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(36, CLASSES)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            corners = nn.functional.avg_pool2d(x, 3).flatten(1)
            return corners * 100 + 0 * self.fc(x.flatten(1))

    assert mistakes(Remembers) == {"knows_before_training"}


def test_numbers_in_buffers_count_too() -> None:
    class Hoard(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = linear()
            self.register_buffer("table", torch.randn(36, 30))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.net(x)

    assert "too_many_parameters" in mistakes(Hoard)


def test_a_slow_design_is_stopped_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnnlab.check.design.network_trial.SECONDS", 0.5)

    class Slow(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = linear()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            until = time.process_time() + 0.05
            while time.process_time() < until:
                pass
            return self.net(x)

    assert mistakes(Slow) == {"too_slow"}


def test_a_loss_that_is_no_number_is_said() -> None:
    class Broken(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = linear()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.net(x) / (0.0 if self.training else 1.0)

    assert "diverged" in mistakes(Broken)


def test_the_visible_checks_say_where_one_stands() -> None:
    exercise = Exercise("design_corners", {"design": linear})
    TASK.add_visible(exercise)
    limits, standing = run_checks(exercise, exercise.checks, local_learner({"design": linear}), 0)
    assert "148 of 400 parameters" in limits.message
    assert "10 of 10 points" in standing.message
    assert "at most 400" in str(exercise.brief)


RECIPES = RecipeTrial(
    {"lr": Within(0, 1), "epochs": Within(1, 5, whole=True), "augment": OneOf(("none", "flip"))},
    run=lambda recipe, seed, material: recipe["lr"],
)


@pytest.mark.parametrize(
    ("recipe", "mistake"),
    [
        ({"lr": 0.5, "epochs": 3, "augment": "flip"}, ""),
        (None, "not_a_recipe"),
        ({"lr": 2, "epochs": 3, "augment": "flip"}, "setting_not_allowed"),
        ({"lr": True, "epochs": 3, "augment": "flip"}, "setting_not_allowed"),
        ({"lr": float("nan"), "epochs": 3, "augment": "flip"}, "setting_not_allowed"),
        ({"lr": 0.5, "epochs": 2.5, "augment": "flip"}, "setting_not_allowed"),
        ({"lr": 0.5, "epochs": 3, "augment": ["flip"]}, "setting_not_allowed"),
        ({"lr": 0.5, "epochs": 3}, "setting_missing"),
        ({"lr": 0.5, "epochs": 3, "augment": "flip", "augmnt": 1}, "unknown_setting"),
    ],
)
def test_recipes_are_read_before_they_are_tried(recipe: Any, mistake: str) -> None:
    task = DesignTask(Brief("score", "ours", 0.4, {0.4: 1}), RECIPES, lambda draw: None)
    checks = [Check(*each) for each in task.graded(lambda draw: None)]
    exercise = Exercise("design_recipe_here", {"design": dict})
    results = run_checks(exercise, checks, local_learner({"design": lambda: recipe}), 0)
    assert {result.mistake for result in results} == {mistake}


class Shortcuts(nn.Module):
    """Three convolutions one after another, the middle one with a shortcut past it."""

    def __init__(self, channels: int = 4) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, channels, 3, padding=1)
        self.second, self.third = (nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2))
        self.unused = nn.Conv2d(channels, channels, 3, padding=1)
        self.head = nn.Linear(channels, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x)
        x = x + self.second(x).relu()
        with torch.no_grad():
            aside = self.unused(x)  # no way leads back from it
        x = self.third(x) + 0 * aside + nn.functional.conv2d(x, torch.ones(4, 4, 1, 1))
        return self.head(x.mean((2, 3)))


@pytest.mark.parametrize(
    ("channels", "work", "expected"),
    [
        (1, 1, 3),  # all that a way leads back from, and not the 1×1
        (2, 1, 2),  # the first reads one channel
        (4, 4 * 4 * 9 * 36, 2),
        (4, 4 * 4 * 9 * 36 + 1, 0),
        (5, 1, 0),
    ],
)
def test_depth_counts_convolutions_on_the_longest_path(
    channels: int, work: int, expected: int
) -> None:
    network = local_learner({"design": Shortcuts}).build("design")
    assert network.depth(torch.zeros(1, 1, 6, 6), channels, work) == expected


def test_a_network_without_a_graph_has_no_depth() -> None:
    class Cut(Shortcuts):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x).detach()

    network = local_learner({"design": Cut}).build("design")
    assert network.depth(torch.zeros(1, 1, 6, 6), 1, 1) == 0


def test_a_shallow_network_is_told_so() -> None:
    trial = NetworkTrial(
        {}, TRIAL.plan, (1, 6, 6), CLASSES, depth=Depth(at_least=3, channels=2, work=1)
    )
    with pytest.raises(Wrong, match="has 2 convolutions that count; at least 3") as caught:
        trial.inspect(local_learner({"design": Shortcuts}), Draw(0))
    assert caught.value.mistake == "too_shallow"
