"""The mistakes that learners make when they crop and flip images, or cut holes into them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch.nn import functional as F

from cnnlab.check.exercise import Exercise

Augment = Callable[[torch.Tensor, int, torch.Generator], torch.Tensor]

MIRRORED = (-1,)


def _crop_and_flip(
    x: torch.Tensor,
    padding: int,
    top: torch.Tensor,
    left: torch.Tensor,
    mirrored: torch.Tensor,
    mode: str = "constant",
    flips: tuple[int, ...] = MIRRORED,
) -> torch.Tensor:
    """A window of H × W out of each padded image of (N, C, H, W), mirrored where it is said so."""
    n, _, height, width = x.shape
    padded = F.pad(x, (padding,) * 4, mode=mode) if padding else x
    rows = top[:, None, None] + torch.arange(height)[:, None]  # (N, H, 1)
    columns = left[:, None, None] + torch.arange(width)  # (N, 1, W)
    crops = padded[torch.arange(n)[:, None, None], :, rows, columns]  # (N, H, W, C)
    crops = crops.permute(0, 3, 1, 2)
    return torch.where(mirrored.view(-1, 1, 1, 1), crops.flip(flips), crops)


def _square(x: torch.Tensor, top: torch.Tensor, left: torch.Tensor, side: int) -> torch.Tensor:
    """Where a square of this side covers each image of (N, C, H, W), as (N, 1, H, W)."""
    rows, columns = torch.arange(x.shape[2])[:, None], torch.arange(x.shape[3])
    top, left = top.view(-1, 1, 1, 1), left.view(-1, 1, 1, 1)
    in_rows = (rows >= top) & (rows < top + side)  # (N, 1, H, 1)
    return in_rows & (columns >= left) & (columns < left + side)


# random_crop_flip


def _crops_with(
    mode: str = "constant",
    flips: tuple[int, ...] = MIRRORED,
    first: int = 0,
    last: int = 0,
    diagonal: bool = False,
) -> Augment:
    """Crops with another border or flip, or with offsets that are left out at the ends."""

    def random_crop_flip(x: torch.Tensor, padding: int, generator: torch.Generator) -> torch.Tensor:
        stop = max(first + 1, 2 * padding + 1 - last)
        top, left = torch.randint(first, stop, (2, len(x)), generator=generator)
        mirrored = torch.rand(len(x), generator=generator) < 0.5
        return _crop_and_flip(x, padding, top, top if diagonal else left, mirrored, mode, flips)

    return random_crop_flip


def add_crop_mistakes(exercise: Exercise, of: str) -> None:
    """Registers the wrong versions of `random_crop_flip`."""
    for mode, what in (
        ("replicate", "repeats the outermost pixels"),
        ("reflect", "mirrors the image outwards"),
        ("circular", "brings in what left on the other side (as `roll` does)"),
    ):
        exercise.mistake(
            "border_not_zero",
            f"What comes in at the border is not zero: your border {what}. It should be zeros.",
            of,
        )(_crops_with(mode))

    exercise.mistake(
        "flipped_upside_down",
        "Your images are turned upside down. A mirror exchanges left and right: the last "
        "dimension.",
        of,
    )(_crops_with(flips=(-2,)))

    exercise.mistake(
        "turned_not_flipped",
        "Your images are turned by 180°. A mirror exchanges left and right alone: one dimension.",
        of,
    )(_crops_with(flips=(-2, -1)))

    exercise.mistake(
        "channels_reversed",
        "You reverse the channels: red becomes blue. A mirror exchanges left and right, the last "
        "of the four dimensions.",
        of,
    )(_crops_with(flips=(1,)))

    exercise.mistake(
        "last_offset_missing",
        "The last offset never occurs, so images move further to one side than to the other. "
        "With padding p there are 2p + 1 offsets, and torch.randint leaves out its end.",
        of,
    )(_crops_with(last=1))

    exercise.mistake(
        "same_offset_both_ways",
        "Your images move along the diagonal only: the offsets down and to the right are the same "
        "number. Draw one for each.",
        of,
    )(_crops_with(diagonal=True))


# cutout


def _draw_centres(
    x: torch.Tensor, sides: Sequence[int], generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """A row below the first side and a column below the second, for each image."""
    row, column = (torch.randint(side, (len(x),), generator=generator) for side in sides)
    return row, column


def _holes_with(
    before: Callable[[int], int] = lambda size: size // 2,
    side: Callable[[int], int] = lambda size: size,
    exchanged: bool = False,
    slides: bool = False,
    channels: int | None = None,
) -> Augment:
    """Holes that begin so far ahead of the centre and are so long, or lie elsewhere.

    A hole that `slides` is moved to the border rather than cut off before it; `channels` are how
    many have a hole.
    """

    def cutout(x: torch.Tensor, size: int, generator: torch.Generator) -> torch.Tensor:
        height, width = x.shape[2:]
        sides = (width, height) if exchanged else (height, width)
        row, column = _draw_centres(x, sides, generator)
        top, left = row - before(size), column - before(size)
        if slides:
            top, left = top.clamp(min=0), left.clamp(min=0)
        hole = _square(x, top, left, side(size)).expand_as(x).clone()
        hole[:, channels:] &= channels is None
        return x.masked_fill(hole, 0.0)

    return cutout


def _sliced_from_the_end(x: torch.Tensor, size: int, generator: torch.Generator) -> torch.Tensor:
    """Slices with a negative start count from the end, and are empty."""
    row, column = _draw_centres(x, x.shape[2:], generator)
    top, left = row - size // 2, column - size // 2
    cut = (top >= 0) & (left >= 0)
    return x.masked_fill(_square(x, top, left, size) & cut.view(-1, 1, 1, 1), 0.0)


def _always_inside(x: torch.Tensor, size: int, generator: torch.Generator) -> torch.Tensor:
    height, width = x.shape[2:]
    top, left = _draw_centres(x, (height - size + 1, width - size + 1), generator)
    return x.masked_fill(_square(x, top, left, size), 0.0)


def _square_kept(x: torch.Tensor, size: int, generator: torch.Generator) -> torch.Tensor:
    row, column = _draw_centres(x, x.shape[2:], generator)
    return x.masked_fill(~_square(x, row - size // 2, column - size // 2, size), 0.0)


def add_hole_mistakes(exercise: Exercise, of: str) -> None:
    """Registers the wrong versions of `cutout`."""
    exercise.mistake("no_hole", "No image has a hole: they all came back as they were.", of)(
        lambda x, size, generator: x.clone()
    )

    exercise.mistake(
        "corner_not_centre",
        "The pixel you draw becomes the upper left corner of the square. It should be its centre, "
        "so that the first rows and columns lose as much as the last ones.",
        of,
    )(_holes_with(before=lambda size: 0))

    for side in (lambda size: 2 * size, lambda size: 2 * size + 1):
        exercise.mistake(
            "size_is_radius",
            "Your squares reach `size` pixels to each side of the centre. `size` is the whole "
            "side.",
            of,
        )(_holes_with(before=lambda size: size, side=side))

    exercise.mistake(
        "one_pixel_short",
        "With an odd size your squares are one pixel too small: from the centre they reach "
        "size // 2 back and size // 2 − 1 forth. Remember that a slice leaves out its end.",
        of,
    )(_holes_with(side=lambda size: 2 * (size // 2)))

    exercise.mistake(
        "one_pixel_long",
        "With an even size your squares are one pixel too large: they reach size // 2 both back "
        "and forth, and the centre comes on top.",
        of,
    )(_holes_with(side=lambda size: 2 * (size // 2) + 1))

    exercise.mistake(
        "even_size_off_centre",
        "With an even size your squares lie one pixel too far down and to the right: they begin "
        "size // 2 ahead of the centre.",
        of,
    )(_holes_with(before=lambda size: (size - 1) // 2))

    exercise.mistake(
        "negative_slice",
        "Where the centre is near the upper or left border there is no hole: a slice that starts "
        "at a negative number counts from the end, and is empty. Clip the start to 0.",
        of,
    )(_sliced_from_the_end)

    exercise.mistake(
        "slides_along_the_border",
        "Near the upper and left border your squares keep their full size: the start is clipped, "
        "and the end is counted from the clipped start. Count it from the centre, so that what "
        "lies outside is left out.",
        of,
    )(_holes_with(slides=True))

    exercise.mistake(
        "never_clipped",
        "Your squares always lie inside the image. The centre may be any pixel, so that near the "
        "border a part of the square falls outside; otherwise the corners are hardly ever covered.",
        of,
    )(_always_inside)

    exercise.mistake(
        "sides_exchanged",
        "Height and width are exchanged. Images are (N, C, H, W): rows are drawn from H, columns "
        "from W.",
        of,
    )(_holes_with(exchanged=True))

    exercise.mistake(
        "one_channel_cut",
        "Your holes are in the first channel alone, so that the others still show what is there. "
        "Cut the square out of all channels.",
        of,
    )(_holes_with(channels=1))

    exercise.mistake(
        "kept_only_the_square",
        "You keep the square and erase the rest. It is the square that should become zero.",
        of,
    )(_square_kept)
