"""Augmentation: a crop and a flip, or a hole, for each image by its own dice."""

from __future__ import annotations

from functools import partial

import torch

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u06_training import possible
from cnnlab.exercises.u06_training.chances import (
    expect_even,
    expect_generator_decides,
    expect_possible,
    outputs_of,
    which,
)
from cnnlab.exercises.u06_training.possible import crops, holes
from cnnlab.learner import LearnerCode
from cnnlab.reference import training as ours

CROP_FLIP, CUTOUT = "random_crop_flip", "cutout"

# A mistake of these two gives everything that the mistake can make of the images.
AUGMENT = Exercise(
    "augment",
    {CROP_FLIP: ours.random_crop_flip, CUTOUT: ours.cutout},
    refuses=("torchvision.*", "kornia.*", "albumentations.*"),
)

# How many images there are for each case that can happen: chance never leaves one out.
PER_CASE = 60


for _mode, _what in (
    ("replicate", "repeats the outermost pixels"),
    ("reflect", "mirrors the image outwards"),
    ("circular", "brings in what left on the other side (as `roll` does)"),
):
    AUGMENT.mistake(
        "border_not_zero",
        f"What comes in at the border is not zero: your border {_what}. Asked for are zeros.",
        of=CROP_FLIP,
    )(partial(crops, mode=_mode))

AUGMENT.mistake(
    "flipped_upside_down",
    "Your images are turned upside down. A mirror exchanges left and right: the last dimension.",
    of=CROP_FLIP,
)(partial(crops, flips=(-2,)))

AUGMENT.mistake(
    "turned_not_flipped",
    "Your images are turned by 180°. A mirror exchanges left and right alone: one dimension.",
    of=CROP_FLIP,
)(partial(crops, flips=(-2, -1)))

AUGMENT.mistake(
    "channels_reversed",
    "You reverse the channels: red becomes blue. A mirror exchanges left and right, the last of "
    "the four dimensions.",
    of=CROP_FLIP,
)(partial(crops, flips=(1,)))

AUGMENT.mistake(
    "corner_not_centre",
    "The pixel you draw becomes the upper left corner of the square. It should be its centre, so "
    "that the first rows and columns lose as much as the last ones.",
    of=CUTOUT,
)(partial(holes, before=0))

AUGMENT.mistake(
    "size_is_radius",
    "Your squares reach `size` pixels to each side of the centre. `size` is the whole side.",
    of=CUTOUT,
)(lambda x, size: holes(x, size, before=size, length=2 * size + 1))

AUGMENT.mistake(
    "one_pixel_short",
    "With an odd size your squares are one pixel too small: from the centre they reach size // 2 "
    "back and size // 2 − 1 forth. Remember that a slice leaves out its end.",
    of=CUTOUT,
)(lambda x, size: holes(x, size, length=2 * (size // 2)))

AUGMENT.mistake(
    "one_pixel_long",
    "With an even size your squares are one pixel too large: they reach size // 2 both back and "
    "forth, and the centre comes on top.",
    of=CUTOUT,
)(lambda x, size: holes(x, size, length=2 * (size // 2) + 1))

AUGMENT.mistake(
    "negative_slice",
    "Where the centre is near the upper or left border there is no hole: a slice that starts at a "
    "negative number counts from the end, and is empty. Clip the start to 0.",
    of=CUTOUT,
)(possible.holes_sliced_from_the_end)

AUGMENT.mistake(
    "sides_exchanged",
    "Height and width are exchanged. Images are (N, C, H, W): rows are drawn from H, columns "
    "from W.",
    of=CUTOUT,
)(possible.holes_with_sides_exchanged)

AUGMENT.mistake(
    "kept_only_the_square",
    "You keep the square and erase the rest. It is the square that should become zero.",
    of=CUTOUT,
)(possible.squares_kept)


@AUGMENT.visible("random_crop_flip: each image by its own dice")
def _(learner: LearnerCode, draw: Draw) -> None:
    ask_crops(learner, draw, padding=1, shape=(2, 4, 5))


@AUGMENT.visible("random_crop_flip: the generator decides")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_generator_decides(learner, draw, CROP_FLIP, draw_images(draw, 8, 2, 4, 5), 1)


@AUGMENT.visible("cutout: each image by its own dice")
def _(learner: LearnerCode, draw: Draw) -> None:
    ask_holes(learner, draw, size=3, shape=(2, 4, 5))


@AUGMENT.visible("cutout: the generator decides")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_generator_decides(learner, draw, CUTOUT, draw_images(draw, 8, 2, 4, 5), 3)


def draw_images(draw: Draw, *shape: int) -> torch.Tensor:
    """Images without a zero in them, so that zeros which come in are seen."""
    return draw.uniform(*shape, low=0.5, high=1.5, dtype=torch.float32)


def ask_crops(learner: LearnerCode, draw: Draw, padding: int, shape: tuple[int, int, int]) -> None:
    """Every offset and flip occurs, for each image by its own dice, and about equally often."""
    offsets = 2 * padding + 1
    cases = 2 * offsets**2
    x = draw_images(draw, PER_CASE * cases, *shape)
    outputs = outputs_of(learner, CROP_FLIP, x, padding, learner.generator(draw.seed))
    found = expect_possible(AUGMENT, CROP_FLIP, crops, x, padding, outputs)
    flipped, place = found // offsets**2, found % offsets**2
    if padding and len(place.unique()) == 1:
        raise Wrong(
            "one_offset_for_all",
            "All images of the batch were cut at the same offset. Each needs an offset of its own: "
            "draw as many numbers as there are images.",
        )
    if len(flipped.unique()) == 1:
        raise _explained_flips(learner, draw)
    if padding:
        _expect_all_offsets(place // offsets, place % offsets, padding)
    expect_even(found, cases, "an offset and a flip")


def _expect_all_offsets(rows: torch.Tensor, columns: torch.Tensor, padding: int) -> None:
    if bool((rows == columns).all()):
        raise Wrong(
            "same_offset_both_ways",
            "Your images move along the diagonal only: the offsets down and to the right are the "
            "same number. Draw one for each.",
        )
    if min(int(rows.max()), int(columns.max())) < 2 * padding:
        raise Wrong(
            "last_offset_missing",
            "The last offset never occurs, so images move further to one side than to the other. "
            "With padding p there are 2p + 1 offsets, and torch.randint leaves out its end.",
        )


def _explained_flips(learner: LearnerCode, draw: Draw) -> Wrong:
    """All images of a batch were mirrored, or none: always so, or by one throw for them all?"""
    x, generator = draw_images(draw, 4, 1, 3, 4), learner.generator(draw.seed + 1)
    batches = [outputs_of(learner, CROP_FLIP, x, 0, generator) for _ in range(40)]
    flipped = torch.cat([which(outputs, crops(x, 0)) for outputs in batches]) == 1
    if not flipped.any():
        return Wrong("never_flipped", "No image is ever mirrored. About half of them should be.")
    if flipped.all():
        return Wrong("always_flipped", "Every image is mirrored. About half of them should be.")
    return Wrong(
        "one_flip_for_all",
        "Either all images of a batch are mirrored or none. Throw a coin for each image: as many "
        "random numbers as there are images.",
    )


def ask_holes(learner: LearnerCode, draw: Draw, size: int, shape: tuple[int, int, int]) -> None:
    """Every pixel is the centre about equally often, for each image by its own dice."""
    channels, height, width = shape
    x = draw_images(draw, PER_CASE * height * width, *shape)
    outputs = outputs_of(learner, CUTOUT, x, size, learner.generator(draw.seed))
    _expect_zeros(outputs, x, size)
    found = expect_possible(AUGMENT, CUTOUT, holes, x, size, outputs)
    if len(found.unique()) == 1:
        raise Wrong(
            "one_hole_for_all",
            "All images of the batch have their hole in the same place. Draw a centre for each.",
        )
    if size > 1 and bool(((outputs == 0).sum(dim=(1, 2, 3)) == channels * size**2).all()):
        raise Wrong(
            "never_clipped",
            "Your squares always lie inside the image. The centre may be any pixel, so that near "
            "the border a part of the square falls outside; otherwise the corners are hardly ever "
            "covered.",
        )
    expect_even(found, height * width, "a pixel as the centre")


def _expect_zeros(outputs: torch.Tensor, x: torch.Tensor, size: int) -> None:
    """If the holes are where they should be, they hold zeros."""
    changed = ~torch.isclose(outputs, x)
    if not changed.any():
        raise Wrong("no_hole", "No image has a hole: they all came back as they were.")
    cut = x.masked_fill(changed, 0.0)
    if bool((outputs[changed] != 0).any()) and bool((which(cut, holes(x, size)) >= 0).all()):
        raise Wrong(
            "hole_not_zero",
            "The holes are where they should be, but they hold other numbers. Asked for are zeros.",
        )
