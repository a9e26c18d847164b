"""`mixup`: images blended with others of the batch, and their targets alike."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.nn import functional as F

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode

Mixed = tuple[torch.Tensor, torch.Tensor]


def mixup(
    x: torch.Tensor, y: torch.Tensor, lam: float, permutation: torch.Tensor, num_classes: int
) -> Mixed:
    """Images blended with others of the batch, and targets (N, num_classes) blended alike."""
    targets = F.one_hot(y, num_classes).to(x.dtype)
    return (
        lam * x + (1 - lam) * x[permutation],
        lam * targets + (1 - lam) * targets[permutation],
    )


exercise = Exercise("mixup", {"mixup": mixup}, refuses=("torchvision.*", "timm.*"))


def _blend(one: torch.Tensor, other: torch.Tensor, lam: float) -> torch.Tensor:
    return lam * one + (1 - lam) * other


def _rows(y: torch.Tensor, num_classes: int) -> torch.Tensor:
    return F.one_hot(y, num_classes).float()


@exercise.mistake(
    "labels_not_mixed",
    "You blend the images, but each keeps the target of the first one alone. An image that is 70 % "
    "coat and 30 % shirt should say so.",
)
def _(
    x: torch.Tensor, y: torch.Tensor, lam: float, permutation: torch.Tensor, num_classes: int
) -> Mixed:
    return _blend(x, x[permutation], lam), _rows(y, num_classes)


@exercise.mistake(
    "images_not_mixed",
    "You blend the targets, but the images are as they were.",
)
def _(
    x: torch.Tensor, y: torch.Tensor, lam: float, permutation: torch.Tensor, num_classes: int
) -> Mixed:
    rows = _rows(y, num_classes)
    return x, _blend(rows, rows[permutation], lam)


@exercise.mistake(
    "label_shares_exchanged",
    "Image and target disagree: where the image has the share λ of the first, the target gives it "
    "1 − λ.",
)
def _(
    x: torch.Tensor, y: torch.Tensor, lam: float, permutation: torch.Tensor, num_classes: int
) -> Mixed:
    rows = _rows(y, num_classes)
    return _blend(x, x[permutation], lam), _blend(rows, rows[permutation], 1 - lam)


@exercise.mistake(
    "shares_exchanged",
    "The share of the image itself is λ, and that of its partner 1 − λ. You have it the other way "
    "round.",
)
def _(
    x: torch.Tensor, y: torch.Tensor, lam: float, permutation: torch.Tensor, num_classes: int
) -> Mixed:
    return mixup(x, y, 1 - lam, permutation, num_classes)


def _numbers_blended(as_rows: Callable[[torch.Tensor, int], torch.Tensor]) -> Callable[..., Mixed]:
    """Blends the numbers of the classes, and makes targets of what comes out."""

    def blend(
        x: torch.Tensor, y: torch.Tensor, lam: float, permutation: torch.Tensor, num_classes: int
    ) -> Mixed:
        numbers = _blend(y.to(x.dtype), y[permutation].to(x.dtype), lam)
        return _blend(x, x[permutation], lam), as_rows(numbers, num_classes)

    return blend


for _as_rows in (
    lambda numbers, num_classes: numbers,
    lambda numbers, num_classes: numbers.long(),
    lambda numbers, num_classes: _rows(numbers.long(), num_classes),
    lambda numbers, num_classes: _rows(numbers.round().long(), num_classes),
):
    exercise.mistake(
        "class_numbers_mixed",
        "You blend the numbers of the classes: half of class 2 and half of class 4 would be class "
        "3. Blend rows of probabilities instead, one for each image.",
    )(_numbers_blended(_as_rows))


@exercise.mistake(
    "own_partners",
    "The partners are not those that were asked for: image i is blended with image permutation[i].",
)
def _(
    x: torch.Tensor, y: torch.Tensor, lam: float, permutation: torch.Tensor, num_classes: int
) -> Mixed:
    return mixup(x, y, lam, torch.arange(len(x)).flip(0), num_classes)


@exercise.mistake(
    "permutation_inverted",
    "The partners are exchanged the wrong way: image i is blended with image permutation[i], and "
    "not image permutation[i] with image i.",
)
def _(
    x: torch.Tensor, y: torch.Tensor, lam: float, permutation: torch.Tensor, num_classes: int
) -> Mixed:
    return mixup(x, y, lam, permutation.argsort(), num_classes)


@exercise.mistake(
    "partners_differ",
    "The targets are blended with other partners than the images. Use the permutation for both.",
)
def _(
    x: torch.Tensor, y: torch.Tensor, lam: float, permutation: torch.Tensor, num_classes: int
) -> Mixed:
    rows = _rows(y, num_classes)
    return _blend(x, x[permutation], lam), _blend(rows, rows.flip(0), lam)


@exercise.mistake(
    "winner_takes_all",
    "Each target is that of the image with the larger share alone. Both images are in the picture: "
    "give each class its share.",
)
def _(
    x: torch.Tensor, y: torch.Tensor, lam: float, permutation: torch.Tensor, num_classes: int
) -> Mixed:
    winner = y if lam >= 0.5 else y[permutation]
    return _blend(x, x[permutation], lam), _rows(winner, num_classes)


@exercise.mistake(
    "shares_not_complementary",
    "Your shares do not add up to 1. The partner's is 1 − λ.",
)
def _(
    x: torch.Tensor, y: torch.Tensor, lam: float, permutation: torch.Tensor, num_classes: int
) -> Mixed:
    rows = _rows(y, num_classes)
    return x + (1 - lam) * x[permutation], rows + (1 - lam) * rows[permutation]


@exercise.mistake(
    "classes_counted",
    "Your targets have as many columns as the batch happens to hold classes. Use `num_classes`.",
)
def _(
    x: torch.Tensor, y: torch.Tensor, lam: float, permutation: torch.Tensor, num_classes: int
) -> Mixed:
    return mixup(x, y, lam, permutation, int(y.max()) + 1)


def agree_on_mixing(
    learner: LearnerCode,
    draw: Draw,
    count: int,
    shape: tuple[int, int, int],
    num_classes: int,
    lam: float,
) -> None:
    """Some images and labels, blended along a permutation that tells its direction.

    The labels are three apart, so that a blend of two with λ from 0.2 to 0.8 is neither of them,
    even where it is rounded. The last class never occurs.
    """
    x = draw.normal(count, *shape, dtype=torch.float32)
    classes = draw.sample(labels := range(0, num_classes - 1, 3), len(labels))
    y = torch.tensor([classes[i % len(classes)] for i in range(count)])
    agree(learner, exercise, x, y, lam, _draw_partners(draw, count), num_classes)


def _draw_partners(draw: Draw, count: int) -> torch.Tensor:
    """A ring, so that it differs from its inverse; and not that of the next or the last image."""
    neighbours = [torch.arange(count).roll(1), torch.arange(count).roll(-1)]
    while True:
        ring = draw.sample(range(count), count)
        permutation = torch.empty(count, dtype=torch.long)
        permutation[ring] = torch.tensor([*ring[1:], ring[0]])
        if not any(torch.equal(permutation, each) for each in neighbours):
            return permutation


@exercise.visible("images and targets blended in the same way")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_mixing(learner, draw, count=4, shape=(1, 2, 3), num_classes=8, lam=0.3)


@exercise.visible("partners from the permutation, any number of classes")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_mixing(learner, draw, count=5, shape=(2, 3, 2), num_classes=9, lam=0.75)
