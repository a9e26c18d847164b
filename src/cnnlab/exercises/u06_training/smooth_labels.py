"""`smooth_labels`: targets that leave some doubt, α of them shared by all classes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch.nn import functional as F

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree, explain
from cnnlab.learner import LearnerCode


def smooth_labels(targets: torch.Tensor, num_classes: int, alpha: float) -> torch.Tensor:
    """(N,) class numbers → (N, num_classes): (1 − α) for the class, and α shared by all."""
    return (1 - alpha) * F.one_hot(targets, num_classes).float() + alpha / num_classes


exercise = Exercise("smooth_labels", {"smooth_labels": smooth_labels})


def _rows(targets: torch.Tensor, num_classes: int) -> torch.Tensor:
    return F.one_hot(targets, num_classes).float()


@exercise.mistake(
    "other_convention",
    "Yours is the other convention: 1 − α for the right class, and α shared by the others. Here α "
    "is shared by all classes, the right one included, as nn.CrossEntropyLoss does it.",
)
def _(targets: torch.Tensor, num_classes: int, alpha: float) -> torch.Tensor:
    rows = _rows(targets, num_classes)
    return (1 - alpha) * rows + alpha / (num_classes - 1) * (1 - rows)


@exercise.mistake(
    "does_not_sum_to_one",
    "Your rows do not add up to 1: the right class keeps 1 − α, the others get α/C each, and α/C "
    "is lost. The right class has its part of the shared α too.",
)
def _(targets: torch.Tensor, num_classes: int, alpha: float) -> torch.Tensor:
    rows = _rows(targets, num_classes)
    return (1 - alpha) * rows + alpha / num_classes * (1 - rows)


@exercise.mistake(
    "class_not_lowered",
    "Your rows add up to more than 1: what all classes are given has to be taken from the right "
    "one.",
)
def _(targets: torch.Tensor, num_classes: int, alpha: float) -> torch.Tensor:
    return _rows(targets, num_classes) + alpha / num_classes


@exercise.mistake(
    "taken_and_not_given",
    "You take α away from the right class and give it to no class. Every class gets α/C.",
)
def _(targets: torch.Tensor, num_classes: int, alpha: float) -> torch.Tensor:
    return (1 - alpha) * _rows(targets, num_classes)


@exercise.mistake(
    "shares_exchanged",
    "The share that is spread is α; the right class keeps 1 − α. You have it the other way round.",
)
def _(targets: torch.Tensor, num_classes: int, alpha: float) -> torch.Tensor:
    return smooth_labels(targets, num_classes, 1 - alpha)


@exercise.mistake(
    "spread_not_divided",
    "Every class gets the whole α. It is shared: each gets α/C.",
)
def _(targets: torch.Tensor, num_classes: int, alpha: float) -> torch.Tensor:
    return (1 - alpha) * _rows(targets, num_classes) + alpha


@exercise.mistake(
    "divided_by_the_batch",
    "You share α among the samples of the batch. It is shared among the classes.",
)
def _(targets: torch.Tensor, num_classes: int, alpha: float) -> torch.Tensor:
    return (1 - alpha) * _rows(targets, num_classes) + alpha / len(targets)


@exercise.mistake(
    "not_smoothed",
    "These are one-hot rows: α has no effect.",
)
def _(targets: torch.Tensor, num_classes: int, alpha: float) -> torch.Tensor:
    return _rows(targets, num_classes)


_CLASSES_COUNTED = (
    "classes_counted",
    "Your rows have as many columns as the batch happens to hold classes. Use `num_classes`.",
)


@exercise.mistake(*_CLASSES_COUNTED)
def _(targets: torch.Tensor, num_classes: int, alpha: float) -> torch.Tensor:
    return smooth_labels(targets, int(targets.max()) + 1, alpha)


@exercise.mistake(*_CLASSES_COUNTED)
def _(targets: torch.Tensor, num_classes: int, alpha: float) -> torch.Tensor:
    return (1 - alpha) * F.one_hot(targets).float() + alpha / num_classes


@exercise.mistake(
    "whole_numbers",
    "Your targets are whole numbers, so every share is rounded. Make them floating-point.",
)
def _(targets: torch.Tensor, num_classes: int, alpha: float) -> torch.Tensor:
    return smooth_labels(targets, num_classes, alpha).long()


@exercise.mistake(
    "whole_numbers",
    "Where α is 0 your targets are whole numbers. A loss wants floating-point ones for every α.",
)
def _(targets: torch.Tensor, num_classes: int, alpha: float) -> torch.Tensor:
    return smooth_labels(targets, num_classes, alpha) if alpha else F.one_hot(targets, num_classes)


def agree_without_smoothing(learner: LearnerCode, targets: torch.Tensor, num_classes: int) -> None:
    """With α = 0 the rows are one-hot, and floating-point all the same."""

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        rows = code.call("smooth_labels", targets, num_classes, 0.0)
        yield "the result of `smooth_labels` for α = 0", rows
        yield "whether that is floating-point", torch.is_tensor(rows) and rows.is_floating_point()

    explain(learner, exercise, observe)


@exercise.visible("α shared by all classes")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, torch.tensor([0, 2, 1, 2]), 3, 0.1)
    agree(learner, exercise, draw.labels(5, 6), 7, 0.3)


@exercise.visible("α = 0 changes nothing")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_without_smoothing(learner, draw.labels(4, 5), 5)
