"""`transforms`: from bytes to what a network expects, at random for training, and always alike.

Transforms may be written in many ways and draw in any order, so those that draw are judged by
properties: what is told of a number of calls is the same for all who draw right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch

from cnnlab._torchvision import import_torchvision
from cnnlab.check.compare import Difference, agrees, difference
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import explain
from cnnlab.exercises.u07_transfer._pictures import Maker, landscape, one_colour, positions
from cnnlab.exercises.u07_transfer.transforms_mistakes import (
    IMAGENET,
    add_eval_mistakes,
    add_train_mistakes,
)
from cnnlab.learner import LearnerCode
from cnnlab.models import card

Transform = Callable[[torch.Tensor], torch.Tensor]
SHIPPED = card("shapes-resnet")


def train_transform(
    size: int = 32, mean: Sequence[float] = SHIPPED.mean, std: Sequence[float] = SHIPPED.std
) -> Transform:
    """A random part of an image, at least half of it, mirrored half of the time; normalised."""
    import_torchvision(quiet=True)
    from torchvision.transforms import v2

    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0), antialias=True),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(
    size: int = 32, mean: Sequence[float] = SHIPPED.mean, std: Sequence[float] = SHIPPED.std
) -> Transform:
    """The middle square of an image at `size` pixels, always the same; normalised alike."""
    import_torchvision(quiet=True)
    from torchvision.transforms import v2

    return v2.Compose(
        [
            v2.Resize(size, antialias=True),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


TRAIN, EVAL = "train_transform", "eval_transform"

exercise = Exercise("transforms", {TRAIN: train_transform, EVAL: eval_transform})
add_train_mistakes(exercise, of=TRAIN)
add_eval_mistakes(exercise, of=EVAL)

# The same numbers for all channels, so that a mistake with them leaves all channels alike.
EVEN = ((0.4, 0.4, 0.4), (0.3, 0.3, 0.3))

# As many fair coins show one side alone once in eight million times.
CALLS = 24
SOME_CALLS = 12
# In parts of the whole image: brightness is rounded to bytes. Resizing may round by a pixel, where
# wrong geometry is off by many.
ROUNDING, ROOM = 0.02, 0.05
# Half of the area is asked for; sides are rounded to whole pixels, and brightness to bytes.
SMALLEST_PART = 0.45

REPEATS = "whether the same image gives the same result every time"
PART = "the part of the image that is shown"
COLOURS_KEPT = "whether an image of one colour keeps it"
LARGE = "whether each part covers at least half of the image"


def agree_on_values(learner: LearnerCode, draw: Draw, *settings: Any) -> None:
    """An image that has the right size already keeps every pixel, and is normalised."""
    size = settings[0] if settings else 32
    image = (255 * draw.uniform(3, size, size)).to(torch.uint8)

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        made = Maker(code, EVAL, *settings)
        first = made(image)
        yield REPEATS, torch.equal(first, made(image))
        yield f"a {size}×{size} image after `eval_transform({size})`", first

    explain(learner, exercise, observe, of=EVAL)


def agree_on_repeating(learner: LearnerCode, draw: Draw, *settings: Any) -> None:
    """The same image gives the same result, time and again."""
    image = landscape(*draw.sample(range(20, 60), 2))

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        made = Maker(code, EVAL, *settings)
        first = made(image)
        yield REPEATS, all(torch.equal(made(image), first) for _ in range(SOME_CALLS))

    explain(learner, exercise, observe, of=EVAL)


def agree_on_middle_square(learner: LearnerCode, size: int, height: int, width: int) -> None:
    """Of an oblong image the middle square remains, at the size asked for."""
    image = landscape(height, width)

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        made = Maker(code, EVAL, size, *EVEN)
        shown = positions(made(image))
        yield REPEATS, agrees(positions(made(image)), shown)
        yield PART, shown

    explain(learner, exercise, observe, of=EVAL, compare=about)


def about(theirs: Any, ours: Any, what: str) -> Difference | None:
    """`difference`, but parts of an image need only be about the same."""
    if what != PART:
        return difference(theirs, ours, what)
    if bool((theirs - ours).abs().max() < ROOM):
        return None
    return Difference(
        "wrong_part",
        "For a rectangular image you show another part than the middle square, scaled to `size`.",
    )


def agree_on_colours(learner: LearnerCode, draw: Draw, *settings: Any) -> None:
    """An image of one colour keeps its colour, wherever it is cut, and is normalised."""
    image = one_colour(draw)

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        made = Maker(code, TRAIN, *settings)
        middle = slice(made.size // 2 - 1, made.size // 2 + 1)
        results = [made(image)[:, middle, middle] for _ in range(SOME_CALLS // 2)]
        yield COLOURS_KEPT, all((each - results[0]).abs().max() < 1e-3 for each in results)
        yield "an image of one colour after `train_transform`", results[0]

    explain(learner, exercise, observe, of=TRAIN)


def agree_on_chances(learner: LearnerCode, draw: Draw, size: int) -> None:
    """Each call draws anew where to cut, and whether to mirror; a square is cut, too."""
    # Far from square: the largest square of it is then cut in one place alone.
    oblong = landscape(*draw.sample([draw.integer(40, 50), draw.integer(60, 70)], 2))
    square = landscape(*[draw.integer(40, 70)] * 2)

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        made = Maker(code, TRAIN, size, *EVEN)
        yield "what chance decides", _decided_by_chance(made, oblong, square)

    explain(learner, exercise, observe, of=TRAIN)


def _decided_by_chance(made: Maker, oblong: torch.Tensor, square: torch.Tensor) -> str:
    """The first thing that chance should not leave as it is, if there is one."""
    seen = torch.stack([positions(made(oblong)) for _ in range(CALLS)])  # (CALLS, 2, S, S)
    if not _differ(seen):
        return "nothing"
    if not _differ(_unmirrored(seen)):
        return "only whether to mirror"
    mirrored = seen[:, 0, :, 0].mean(dim=1) > seen[:, 0, :, -1].mean(dim=1)
    if bool(mirrored.all()) or not bool(mirrored.any()):
        return "only where to cut"
    # A tiny part may lie within one block of the chessboard, and then tells nothing of up and down.
    if bool((seen[:, 1, 0].mean(dim=1) > seen[:, 1, -1].mean(dim=1)).any()):
        return "what is up and what is down, too"
    parts = (_unmirrored(positions(made(square))) for _ in range(CALLS))  # two are enough mostly
    first = next(parts)
    if not any(_differ(torch.stack([first, part])) for part in parts):
        return "nothing about a square but whether to mirror it"
    return "where to cut, and whether to mirror"


def _unmirrored(seen: torch.Tensor) -> torch.Tensor:
    """As if no call had mirrored its part: from the left to the right."""
    return seen.sort(dim=-1).values


def _differ(seen: torch.Tensor) -> bool:
    """Whether not all show the same part, be the difference ever so small."""
    return bool(((seen - seen[0]).abs() > ROUNDING).any())


def agree_on_large_parts(learner: LearnerCode, draw: Draw, size: int) -> None:
    """No part is smaller than half of the image."""
    image = landscape(*draw.sample(range(3 * size, 5 * size), 2))

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        made = Maker(code, TRAIN, size, *EVEN)
        yield LARGE, all(_area(positions(made(image))) > SMALLEST_PART for _ in range(CALLS))

    explain(learner, exercise, observe, of=TRAIN)


def _area(seen: torch.Tensor) -> float:
    """The share of the image that is shown, from the slopes in the middle, away from the rims."""
    size = seen.shape[-1]
    first, last = size // 4, size - 1 - size // 4
    right, down = seen[0].mean(dim=0), seen[1].mean(dim=1)
    spans = [float(ramp[last] - ramp[first]) * size / (last - first) for ramp in (right, down)]
    return abs(spans[0] * spans[1])


@exercise.visible("eval_transform: nothing random")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_repeating(learner, draw, 16, SHIPPED.mean, SHIPPED.std)


@exercise.visible("eval_transform: normalised, and nothing else, where the size is right")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_values(learner, draw)
    agree_on_values(learner, draw, 24, *IMAGENET)


@exercise.visible("eval_transform: the middle square of an oblong image")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_middle_square(learner, 16, 36, 60)
    agree_on_middle_square(learner, 16, 56, 40)


@exercise.visible("train_transform: normalised like the other")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_colours(learner, draw)
    agree_on_colours(learner, draw, 20, *IMAGENET)


@exercise.visible("train_transform: a random part, mirrored half of the time")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_chances(learner, draw, 20)
    agree_on_large_parts(learner, draw, 20)
