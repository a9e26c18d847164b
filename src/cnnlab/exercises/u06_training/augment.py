"""`augment`: a crop and a flip, or a hole, drawn for each image separately."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch.nn import functional as F

from cnnlab.check.compare import Difference, Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import explain
from cnnlab.exercises.u06_training._chances import (
    PER_CASE,
    draw_images,
    draw_multiples,
    expect_even,
    expect_generator_decides,
    is_among,
    outputs_of,
    same_results,
    unexplained_results,
)
from cnnlab.exercises.u06_training.augment_mistakes import (
    add_crop_mistakes,
    add_hole_mistakes,
)
from cnnlab.learner import LearnerCode

CROP_FLIP, CUTOUT = "random_crop_flip", "cutout"


def random_crop_flip(x: torch.Tensor, padding: int, generator: torch.Generator) -> torch.Tensor:
    """Each image of (N, C, H, W) padded with zeros, cut out anew, and mirrored or not."""
    n, _, height, width = x.shape
    top, left = torch.randint(2 * padding + 1, (2, n), generator=generator).tolist()
    mirrored = (torch.rand(n, generator=generator) < 0.5).tolist()
    padded = F.pad(x, (padding, padding, padding, padding))
    images = []
    for image, i, j, mirror in zip(padded, top, left, mirrored, strict=True):
        crop = image[:, i : i + height, j : j + width]
        images.append(crop.flip(-1) if mirror else crop)
    return torch.stack(images)


def cutout(x: torch.Tensor, size: int, generator: torch.Generator) -> torch.Tensor:
    """Each image of (N, C, H, W) with a square of zeros, cut off where it leaves the image."""
    n, _, height, width = x.shape
    top = torch.randint(height, (n, 1), generator=generator) - size // 2
    left = torch.randint(width, (n, 1), generator=generator) - size // 2
    rows, columns = torch.arange(height), torch.arange(width)
    in_rows = (rows >= top) & (rows < top + size)  # (N, H)
    in_columns = (columns >= left) & (columns < left + size)  # (N, W)
    hole = in_rows[:, :, None] & in_columns[:, None, :]  # (N, H, W)
    return x.masked_fill(hole[:, None].to(x.device), 0.0)


exercise = Exercise(
    "augment",
    {CROP_FLIP: random_crop_flip, CUTOUT: cutout},
    refuses=("torchvision.*", "kornia.*", "albumentations.*"),
)
add_crop_mistakes(exercise, of=CROP_FLIP)
add_hole_mistakes(exercise, of=CUTOUT)


def agree_on_chances(
    learner: LearnerCode,
    draw: Draw,
    name: str,
    setting: int,
    shape: tuple[int, int, int],
    cases: int,
    what: str,
) -> None:
    """The learner's function gives all that ours may give of images, and as often.

    Of that there are so many `cases`; `what` says in words what a case is.
    """
    images = draw_multiples(draw, PER_CASE * cases, *shape)
    seed = draw.integer(1, 10**6)  # not torch's own, or both would draw the same numbers
    counts: list[torch.Tensor] = []

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        outputs = outputs_of(code, name, images.x, setting, code.generator(seed))
        found, how_often = images.results(outputs)
        counts.append(how_often)
        yield f"the results of `{name}`", found

    def unexplained(part: str, theirs: Any, ours: Any, gap: Difference) -> Wrong:
        told = _told_of_crops if name == CROP_FLIP else _told_of_holes
        wrong = told(learner, draw, theirs, ours)
        return wrong or unexplained_results(theirs, ours, counts[0], what)

    explain(learner, exercise, observe, of=name, compare=same_results, unexplained=unexplained)
    expect_even(counts[0], what)


def agree_on_crops(
    learner: LearnerCode, draw: Draw, padding: int, shape: tuple[int, int, int]
) -> None:
    """Every offset and flip occurs, drawn for each image separately, and about equally often."""
    cases = 2 * (2 * padding + 1) ** 2
    agree_on_chances(learner, draw, CROP_FLIP, padding, shape, cases, "an offset and a flip")


def agree_on_holes(
    learner: LearnerCode, draw: Draw, size: int, shape: tuple[int, int, int]
) -> None:
    """Every pixel is the centre about equally often, drawn for each image separately."""
    _, height, width = shape
    agree_on_chances(learner, draw, CUTOUT, size, shape, height * width, "a pixel as the centre")


def _told_of_crops(
    learner: LearnerCode, draw: Draw, theirs: torch.Tensor, ours: torch.Tensor
) -> Wrong | None:
    """One throw of the dice for a whole batch: another one each time, so no mistake gives it."""
    if not bool(is_among(theirs, ours).all()):
        return None
    one_place = torch.stack([theirs[0], theirs[0].flip(-1)])
    if len(ours) > 2 and bool(is_among(theirs, one_place).all()):
        return Wrong(
            "one_offset_for_all",
            "All images of the batch were cut at the same offset. Each needs an offset of its own: "
            "draw as many numbers as there are images.",
        )
    if not bool(is_among(theirs, theirs.flip(-1)).any()):
        return _told_of_flips(learner, draw)
    return None


def _told_of_flips(learner: LearnerCode, draw: Draw) -> Wrong:
    """All images of a batch were mirrored, or none: always so, or by one throw for them all?"""
    x, generator = draw_images(draw, 4, 1, 3, 4), learner.generator(draw.seed + 1)
    batches = [outputs_of(learner, CROP_FLIP, x, 0, generator) for _ in range(40)]
    mirrored = [torch.allclose(outputs, x.flip(-1)) for outputs in batches]
    if not any(mirrored):
        return Wrong("never_flipped", "No image is ever mirrored. About half of them should be.")
    if all(mirrored):
        return Wrong("always_flipped", "Every image is mirrored. About half of them should be.")
    return Wrong(
        "one_flip_for_all",
        "Either all images of a batch are mirrored or none. Draw for each image separately: "
        "as many random numbers as there are images.",
    )


def _told_of_holes(
    learner: LearnerCode, draw: Draw, theirs: torch.Tensor, ours: torch.Tensor
) -> Wrong | None:
    """One hole for a whole batch, or holes that hold something."""
    possible = bool(is_among(theirs, ours).all())
    if possible and len(theirs) == 1:
        return Wrong(
            "one_hole_for_all",
            "All images of the batch have their hole in the same place. Draw a centre for each.",
        )
    changed = theirs != ours.amax(dim=0)  # what a pixel is where no hole hides it
    if not possible and bool(is_among(theirs.masked_fill(changed, 0.0), ours).all()):
        return Wrong(
            "hole_not_zero",
            "The holes are where they should be, but they don't hold zeros.",
        )
    return None


@exercise.visible("random_crop_flip: a random change for each image")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_crops(learner, draw, padding=1, shape=(2, 4, 5))
    agree_on_crops(learner, draw, padding=2, shape=(1, 4, 3))


@exercise.visible("random_crop_flip: the generator decides")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_generator_decides(learner, draw, CROP_FLIP, draw_images(draw, 8, 2, 4, 5), 1)


@exercise.visible("cutout: a random hole for each image")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_holes(learner, draw, size=3, shape=(2, 4, 5))
    agree_on_holes(learner, draw, size=4, shape=(1, 5, 6))


@exercise.visible("cutout: the generator decides")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_generator_decides(learner, draw, CUTOUT, draw_images(draw, 8, 2, 4, 5), 3)
