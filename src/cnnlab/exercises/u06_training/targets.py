"""Softer targets: images and labels blended by mixup, and labels that leave some doubt."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from cnnlab.check.agree import agree
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.learner import LearnerCode
from cnnlab.reference import training as ours

# mixup

MIXUP = Exercise("mixup", {"mixup": ours.mixup}, refuses=("torchvision.*", "timm.*"))


def _blend(one: torch.Tensor, other: torch.Tensor, lam: float) -> torch.Tensor:
    return lam * one + (1 - lam) * other


def _rows(y: torch.Tensor, num_classes: int) -> torch.Tensor:
    return F.one_hot(y, num_classes).float()


@MIXUP.mistake(
    "labels_not_mixed",
    "You blend the images, but each keeps the target of the first one alone. An image that is 70 % "
    "star and 30 % ring should be called so.",
)
def _(x, y, lam, permutation, num_classes):
    return _blend(x, x[permutation], lam), _rows(y, num_classes)


@MIXUP.mistake(
    "images_not_mixed",
    "You blend the targets, but the images are as they were.",
)
def _(x, y, lam, permutation, num_classes):
    rows = _rows(y, num_classes)
    return x, _blend(rows, rows[permutation], lam)


@MIXUP.mistake(
    "label_shares_exchanged",
    "Image and target disagree: where the image has the share λ of the first, the target gives it "
    "1 − λ.",
)
def _(x, y, lam, permutation, num_classes):
    rows = _rows(y, num_classes)
    return _blend(x, x[permutation], lam), _blend(rows, rows[permutation], 1 - lam)


@MIXUP.mistake(
    "shares_exchanged",
    "λ is the share of the image itself, and 1 − λ that of its partner. You have it the other way "
    "round.",
)
def _(x, y, lam, permutation, num_classes):
    return ours.mixup(x, y, 1 - lam, permutation, num_classes)


@MIXUP.mistake(
    "class_numbers_mixed",
    "You blend the numbers of the classes: half of class 2 and half of class 4 would be class 3. "
    "Blend rows of probabilities instead, one for each image.",
)
def _(x, y, lam, permutation, num_classes):
    return _blend(x, x[permutation], lam), _blend(y.to(x.dtype), y[permutation].to(x.dtype), lam)


@MIXUP.mistake(
    "own_partners",
    "The partners are not those that were asked for: image i is blended with image permutation[i].",
)
def _(x, y, lam, permutation, num_classes):
    return ours.mixup(x, y, lam, torch.arange(len(x)).flip(0), num_classes)


@MIXUP.mistake(
    "permutation_inverted",
    "The partners are exchanged the wrong way: image i is blended with image permutation[i], and "
    "not image permutation[i] with image i.",
)
def _(x, y, lam, permutation, num_classes):
    return ours.mixup(x, y, lam, permutation.argsort(), num_classes)


@MIXUP.mistake(
    "partners_differ",
    "The targets are blended with other partners than the images. Use the permutation for both.",
)
def _(x, y, lam, permutation, num_classes):
    rows = _rows(y, num_classes)
    return _blend(x, x[permutation], lam), _blend(rows, rows.flip(0), lam)


@MIXUP.mistake(
    "winner_takes_all",
    "Each target is that of the image with the larger share alone. Both images are in the picture: "
    "give each class its share.",
)
def _(x, y, lam, permutation, num_classes):
    winner = y if lam >= 0.5 else y[permutation]
    return _blend(x, x[permutation], lam), _rows(winner, num_classes)


@MIXUP.mistake(
    "shares_not_complementary",
    "Your shares do not add up to 1. The partner's is 1 − λ.",
)
def _(x, y, lam, permutation, num_classes):
    rows = _rows(y, num_classes)
    return x + (1 - lam) * x[permutation], rows + (1 - lam) * rows[permutation]


@MIXUP.mistake(
    "classes_counted",
    "Your targets have as many columns as the batch happens to hold classes. Use `num_classes`.",
)
def _(x, y, lam, permutation, num_classes):
    return ours.mixup(x, y, lam, permutation, int(y.max()) + 1)


@MIXUP.visible("images and targets blended alike")
def _(learner: LearnerCode, draw: Draw) -> None:
    ask_mixup(learner, draw, count=4, shape=(1, 2, 3), num_classes=3, lam=0.3)


@MIXUP.visible("partners from the permutation, any number of classes")
def _(learner: LearnerCode, draw: Draw) -> None:
    ask_mixup(learner, draw, count=5, shape=(2, 3, 2), num_classes=7, lam=0.75)


def ask_mixup(
    learner: LearnerCode,
    draw: Draw,
    count: int,
    shape: tuple[int, int, int],
    num_classes: int,
    lam: float,
) -> None:
    """Some images and labels, blended along a permutation that tells its direction."""
    x = draw.normal(count, *shape, dtype=torch.float32)
    classes = draw.sample(range(num_classes - 1), min(count, num_classes - 1))
    y = torch.tensor([classes[i % len(classes)] for i in range(count)])
    agree(learner, MIXUP, x, y, lam, _draw_partners(draw, count), num_classes)


def _draw_partners(draw: Draw, count: int) -> torch.Tensor:
    """A ring, so that it differs from its inverse; and not that of the next or the last image."""
    neighbours = [torch.arange(count).roll(1), torch.arange(count).roll(-1)]
    while True:
        ring = draw.sample(range(count), count)
        permutation = torch.empty(count, dtype=torch.long)
        permutation[ring] = torch.tensor([*ring[1:], ring[0]])
        if not any(torch.equal(permutation, each) for each in neighbours):
            return permutation


# smooth_labels

SMOOTH_LABELS = Exercise("smooth_labels", {"smooth_labels": ours.smooth_labels})


@SMOOTH_LABELS.mistake(
    "other_convention",
    "Yours is the other convention: 1 − α for the right class, and α shared by the others. Here α "
    "is shared by all classes, the right one included, as nn.CrossEntropyLoss does it.",
)
def _(targets, num_classes, alpha):
    rows = _rows(targets, num_classes)
    return (1 - alpha) * rows + alpha / (num_classes - 1) * (1 - rows)


@SMOOTH_LABELS.mistake(
    "does_not_sum_to_one",
    "Your rows do not add up to 1: the right class keeps 1 − α, the others get α/C each, and α/C "
    "is lost. The right class has its part of the shared α too.",
)
def _(targets, num_classes, alpha):
    rows = _rows(targets, num_classes)
    return (1 - alpha) * rows + alpha / num_classes * (1 - rows)


@SMOOTH_LABELS.mistake(
    "class_not_lowered",
    "Your rows add up to more than 1: what all classes are given has to be taken from the right "
    "one.",
)
def _(targets, num_classes, alpha):
    return _rows(targets, num_classes) + alpha / num_classes


@SMOOTH_LABELS.mistake(
    "shares_exchanged",
    "α is the share that is spread; the right class keeps 1 − α. You have it the other way round.",
)
def _(targets, num_classes, alpha):
    return ours.smooth_labels(targets, num_classes, 1 - alpha)


@SMOOTH_LABELS.mistake(
    "spread_not_divided",
    "Every class gets the whole α. It is shared: each gets α/C.",
)
def _(targets, num_classes, alpha):
    return (1 - alpha) * _rows(targets, num_classes) + alpha


@SMOOTH_LABELS.mistake(
    "divided_by_the_batch",
    "You share α among the samples of the batch. It is shared among the classes.",
)
def _(targets, num_classes, alpha):
    return (1 - alpha) * _rows(targets, num_classes) + alpha / len(targets)


@SMOOTH_LABELS.mistake(
    "not_smoothed",
    "These are one-hot rows: α has no effect.",
)
def _(targets, num_classes, alpha):
    return _rows(targets, num_classes)


_COLUMNS = (
    "classes_counted",
    "Your rows have as many columns as the batch happens to hold classes. Use `num_classes`.",
)


@SMOOTH_LABELS.mistake(*_COLUMNS)
def _(targets, num_classes, alpha):
    return ours.smooth_labels(targets, int(targets.max()) + 1, alpha)


@SMOOTH_LABELS.mistake(*_COLUMNS)
def _(targets, num_classes, alpha):
    return (1 - alpha) * F.one_hot(targets).float() + alpha / num_classes


@SMOOTH_LABELS.mistake(
    "whole_numbers",
    "Your targets are whole numbers, so every share is rounded. Make them floating-point.",
)
def _(targets, num_classes, alpha):
    return ours.smooth_labels(targets, num_classes, alpha).long()


@SMOOTH_LABELS.visible("α shared by all classes")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, SMOOTH_LABELS, torch.tensor([0, 2, 1, 2]), 3, 0.1)
    agree(learner, SMOOTH_LABELS, draw.labels(5, 6), 7, 0.3)


@SMOOTH_LABELS.visible("α = 0 changes nothing")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, SMOOTH_LABELS, draw.labels(4, 5), 5, 0.0)
