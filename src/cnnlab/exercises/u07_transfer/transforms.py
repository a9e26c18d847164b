"""From bytes to what a network expects: with dice for training, without for everything else.

Transforms may be written in many ways and draw in any order, so they are judged by properties.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from cnnlab.check.compare import Wrong, difference, expect
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.learner import LearnerCode
from cnnlab.learner.handle import Instance
from cnnlab.learner.problems import Raised
from cnnlab.reference import transfer as ours

TRANSFORMS = Exercise(
    "transforms",
    {"train_transform": ours.train_transform, "eval_transform": ours.eval_transform},
)
BOTH = ("train_transform", "eval_transform")
IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
SHIPPED = ours.SHIPPED.mean, ours.SHIPPED.std

# Wrong sides of 24 fair coins: once in eight million.
CALLS = 24
# Resizing may round by a pixel; wrong geometry is off by many.
ROOM = 0.04
# Half of the area is asked for; an edge pixel shows the middle of what it covers, not its rim.
SMALLEST_PART = 0.42


class Maker:
    """What `name(size, mean, std)` of the learner makes, and what one would expect of it."""

    def __init__(
        self,
        learner: LearnerCode,
        name: str,
        size: int | None = None,
        mean: Sequence[float] = SHIPPED[0],
        std: Sequence[float] = SHIPPED[1],
    ) -> None:
        self.name = name
        self.size = 32 if size is None else size
        self.mean, self.std = (torch.tensor(values).view(3, 1, 1) for values in (mean, std))
        given = () if size is None else (size, tuple(mean), tuple(std))
        self._made: Instance = learner.create(name, *given)

    def __call__(self, image: torch.Tensor) -> torch.Tensor:
        """The learner's version of `image`, if it is a float32 image of the right shape."""
        try:
            result = self._made.call("__call__", image)
        except Raised as raised:
            if raised.error_type == "AttributeError" and "NoneType" in raised.detail:
                message = f"`{self.name}` returns None. Is a `return` missing?"
                raise Wrong("returns_none", message) from None
            raise
        what = f"what the transform of `{self.name}` makes of an image"
        wanted = torch.zeros(3, self.size, self.size)
        gap = difference(result, wanted, what)
        if gap and gap.kind not in ("wrong_values", "not_finite"):
            raise Wrong(gap.kind, gap.message)
        if result.dtype != torch.float32:
            raise Wrong("wrong_dtype", f"{what} is {result.dtype}, expected torch.float32.")
        return result

    def normalised(self, image: torch.Tensor) -> torch.Tensor:
        """`image` as the network wants to see it, without any change of its size."""
        return (image.float() / 255 - self.mean) / self.std

    def brightness(self, result: torch.Tensor) -> torch.Tensor:
        """Back from normalised values to 0 … 1."""
        return result * self.std + self.mean

    def expect(self, result: torch.Tensor, image: torch.Tensor, where: str) -> None:
        """`result` is the normalised `image`; or which known mistake explains it?"""
        scaled, (mean, std) = image.float() / 255, (self.mean, self.std)
        other_mean, other_std = (torch.tensor(values).view(3, 1, 1) for values in IMAGENET)
        ours_mean, ours_std = (torch.tensor(values).view(3, 1, 1) for values in SHIPPED)
        own = (
            "own_statistics_ignored",
            "You normalise with fixed numbers. Other weights come with another `mean` and `std`: "
            "use those that were given.",
        )
        mistakes = [
            (
                "not_normalised",
                "The values are scaled to 0 … 1, and stay so. The network was trained on "
                "normalised images: subtract the mean, divide by the standard deviation.",
                lambda: scaled,
            ),
            (
                "not_scaled",
                "Bytes go from 0 to 255; mean and std are meant for 0 … 1. A change of dtype alone "
                "scales nothing.",
                lambda: (image.float() - mean) / std,
            ),
            (
                "not_scaled",
                "The values are bytes still, up to 255. Scale them to 0 … 1 and normalise.",
                lambda: image.float(),
            ),
            (
                "mean_and_std_swapped",
                "You subtract the standard deviation and divide by the mean.",
                lambda: (scaled - std) / mean,
            ),
            (
                "std_multiplied",
                "You multiply by the standard deviation. Divide by it.",
                lambda: (scaled - mean) * std,
            ),
            (
                "std_forgotten",
                "You subtract the mean, but do not divide by the standard deviation.",
                lambda: scaled - mean,
            ),
            (*own, lambda: (scaled - other_mean) / other_std),
            (*own, lambda: (scaled - ours_mean) / ours_std),
        ]
        expect(result, self.normalised(image), where, mistakes)


def ramps(height: int, width: int) -> torch.Tensor:
    """An image whose red grows to the right and green downwards; blue is the same everywhere."""
    image = torch.full((3, height, width), 128.0)
    image[0] = torch.linspace(40, 215, width)
    image[1] = torch.linspace(40, 215, height)[:, None]
    return image.round().to(torch.uint8)


# The questions


def expect_only_normalised(maker: Maker, draw: Draw) -> None:
    """An image that has the right size already keeps every pixel."""
    image = (255 * draw.uniform(3, maker.size, maker.size)).to(torch.uint8)
    where = f"a {maker.size}×{maker.size} image after `eval_transform({maker.size})`"
    maker.expect(maker(image), image, where)


def expect_no_dice(maker: Maker, draw: Draw) -> None:
    """The same image gives the same result, time and again."""
    image = ramps(*draw.sample(range(20, 60), 2))
    first = maker(image)
    if any(not torch.equal(maker(image), first) for _ in range(CALLS // 2)):
        raise Wrong(
            "random_at_evaluation",
            "The same image gives different results. Who measures wants the same answer "
            "tomorrow: no dice in `eval_transform`.",
        )


def expect_middle_square(maker: Maker, height: int, width: int) -> None:
    """Of an oblong image the middle square remains, at the size asked for."""
    image = ramps(height, width)
    seen = maker.brightness(maker(image))[:2]
    side = min(height, width)

    def part(top: float, left: float, rows: float, columns: float) -> torch.Tensor:
        steps = (torch.arange(maker.size) + 0.5) / maker.size
        red = (40 + 175 * (left + columns * steps) / width) / 255
        green = (40 + 175 * (top + rows * steps) / height) / 255
        return torch.stack([red.expand(maker.size, -1), green[:, None].expand(-1, maker.size)])

    def looks_like(expected: torch.Tensor) -> bool:
        return bool((seen - expected).abs().max() < ROOM)

    if looks_like(part((height - side) / 2, (width - side) / 2, side, side)):
        return
    if looks_like(part(0, 0, height, width)):
        raise Wrong(
            "squashed",
            "An oblong image is squashed into a square, and everything in it changes its "
            "proportions. Scale the shorter side, then cut off what is too long.",
        )
    inner = maker.size
    if looks_like(part((height - inner) / 2, (width - inner) / 2, inner, inner)):
        raise Wrong(
            "not_resized",
            "You cut the middle out of the image at its own scale, so most of a large image is "
            "lost. Scale it first.",
        )
    raise Wrong(
        "wrong_part",
        "From an oblong image another part comes out than the middle square, scaled to `size`.",
    )


def expect_same_normalisation(maker: Maker, draw: Draw) -> None:
    """An image of one colour keeps its colour, wherever it is cut."""
    colour = torch.tensor(draw.sample(range(30, 226), 3), dtype=torch.uint8).view(3, 1, 1)
    image = colour.expand(3, *draw.sample(range(30, 60), 2)).clone()
    middle = slice(maker.size // 2 - 1, maker.size // 2 + 1)
    results = [maker(image)[:, middle, middle] for _ in range(4)]
    if any((result - results[0]).abs().max() > 1e-3 for result in results):
        raise Wrong(
            "colours_changed",
            "An image of one colour comes out in different colours. Here only place and mirroring "
            "are left to chance.",
        )
    where = "an image of one colour after `train_transform`"
    maker.expect(results[0], colour.expand(3, 2, 2), where)


def expect_random_parts(maker: Maker, draw: Draw) -> None:
    """Each call draws anew where to cut, and whether to mirror."""
    image = ramps(*draw.sample(range(40, 70), 2))
    seen = [maker.brightness(maker(image)) for _ in range(CALLS)]
    first = seen[0]
    if all(torch.equal(result, first) for result in seen):
        raise Wrong(
            "not_random",
            "The same image always gives the same result. In training, chance decides which part "
            "is shown, and it decides anew each time the transform is called.",
        )
    if all(torch.equal(x, first) or torch.equal(x, first.flip(-1)) for x in seen):
        raise Wrong(
            "only_mirrored",
            "Images are mirrored at random, but always cut in the same way. The part should be "
            "random too.",
        )
    half = maker.size // 2
    to_the_right = [bool(x[0, :, half:].mean() > x[0, :, :half].mean()) for x in seen]
    if len(set(to_the_right)) == 1:
        raise Wrong(
            "never_mirrored",
            f"In {CALLS} calls no image was mirrored, or every one. Mirror left and right in half "
            "of the calls.",
        )
    if not all(x[1, half:].mean() > x[1, :half].mean() for x in seen):
        raise Wrong(
            "upside_down",
            "Some images stand on their heads. Fish and mushrooms rarely do: mirror left and "
            "right only.",
        )


def expect_large_parts(maker: Maker, draw: Draw) -> None:
    """No part is smaller than half of the image."""
    image = ramps(*draw.sample(range(3 * maker.size, 5 * maker.size), 2))
    for _ in range(CALLS):
        red, green, _ = maker.brightness(maker(image))
        spans = [(part.max() - part.min()) * 255 / 175 for part in (red, green)]
        if spans[0] * spans[1] < SMALLEST_PART:
            raise Wrong(
                "tiny_parts",
                "Some of your parts show far less than half of the image, and perhaps nothing of "
                "the object. (RandomResizedCrop goes down to 8 % unless it is told otherwise.)",
            )


@TRANSFORMS.visible("eval_transform: no dice")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_no_dice(Maker(learner, "eval_transform", 16, *SHIPPED), draw)


@TRANSFORMS.visible("eval_transform: normalised, and nothing else, where the size is right")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_only_normalised(Maker(learner, "eval_transform"), draw)
    expect_only_normalised(Maker(learner, "eval_transform", 24, *IMAGENET), draw)


@TRANSFORMS.visible("eval_transform: the middle square of an oblong image")
def _(learner: LearnerCode, draw: Draw) -> None:
    maker = Maker(learner, "eval_transform", 16, *SHIPPED)
    expect_middle_square(maker, 36, 60)
    expect_middle_square(maker, 56, 40)


@TRANSFORMS.visible("train_transform: normalised like the other")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_same_normalisation(Maker(learner, "train_transform"), draw)
    expect_same_normalisation(Maker(learner, "train_transform", 20, *IMAGENET), draw)


@TRANSFORMS.visible("train_transform: a random part, mirrored half of the time")
def _(learner: LearnerCode, draw: Draw) -> None:
    maker = Maker(learner, "train_transform", 20, *SHIPPED)
    expect_random_parts(maker, draw)
    expect_large_parts(maker, draw)
