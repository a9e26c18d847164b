"""One batch of pictures: a silhouette in a pose, painted, on a background with clutter.

Everything here works on N pictures at once, as tensors (N, H, W) or (N, 3, H, W) with values in
[0, 1]. Picture coordinates run from -1 to 1, x to the right and y downwards. All chance comes from
one `Dice`, so the same dice give the same pictures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from cnnlab.data.shapes.atlas import Atlas

BRIGHTNESS = torch.tensor([0.30, 0.59, 0.11])  # how bright red, green and blue look to the eye
NOISE_GRID = 9  # the soft noise in a texture is drawn on a 9 x 9 grid and stretched


@dataclass(frozen=True)
class Recipe:
    """What a family of pictures looks like. Lengths are in units of half a picture side."""

    scale: tuple[float, float] = (0.42, 0.80)
    offset: float = 0.26  # the centre lies within +-offset
    turn: float = 0.2 * math.pi  # rotation within +-turn, in radians
    stretch: float = 0.25  # width against height: e^-stretch to e^stretch
    warp: float = 0.10  # bending by sine waves, at most this much
    contrast: tuple[float, float] = (0.30, 0.65)  # brightness of object minus background
    object_brighter: float = 0.85  # how often the object is the brighter of the two
    fine_texture: float = 0.8  # how often a texture is fine rather than a slow gradient
    clutter: int = 3  # strokes and pebbles behind the object
    bar: float = 0.5  # how often a bar lies over everything
    gain: tuple[float, float] = (0.7, 1.1)  # exposure of the whole picture
    noise: float = 0.07  # largest standard deviation of the pixel noise
    mark: bool = False  # plant a coloured square that gives the class away


class Dice:
    """Random numbers for n pictures from one seed."""

    def __init__(self, seed: int, n: int) -> None:
        self._generator = torch.Generator().manual_seed(seed)
        self.n = n

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """(*shape, N) numbers between low and high."""
        return torch.rand(*shape, self.n, generator=self._generator) * (high - low) + low

    def coin(self, probability: float) -> Tensor:
        """(N,) booleans, true with this probability."""
        return torch.rand(self.n, generator=self._generator) < probability

    def choice(self, count: int) -> Tensor:
        """(N,) integers from 0 to count - 1."""
        return torch.randint(count, (self.n,), generator=self._generator)

    def colours(self) -> Tensor:
        """(N, 3) colours, uniform in the RGB cube."""
        return torch.rand(self.n, 3, generator=self._generator)

    def shuffled_classes(self, classes: int) -> Tensor:
        """(N,) labels in which every run of `classes` pictures holds each class exactly once."""
        keys = torch.rand(self.n // classes, classes, generator=self._generator)
        return keys.argsort(dim=1).flatten()


class Canvas:
    """The pixel grid, prepared once: turns coefficients into linear ramps over the picture."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.pixel = 2.0 / size
        centres = (torch.arange(size) + 0.5) / size * 2 - 1
        y, x = torch.meshgrid(centres, centres, indexing="ij")
        self._ramps = torch.stack([x.flatten(), y.flatten(), torch.ones(size * size)])
        stretch = _stretching_matrix(NOISE_GRID, size)
        # Stretching rows and columns in one product: (NOISE_GRID², size²).
        self._stretch = torch.kron(stretch, stretch).t().contiguous()

    def ramp(self, along_x: Tensor, along_y: Tensor, constant: Tensor) -> Tensor:
        """along_x*x + along_y*y + constant for each picture: three (N,) -> (N, H, W)."""
        coefficients = torch.stack([along_x, along_y, constant], dim=1)
        return (coefficients @ self._ramps).view(-1, self.size, self.size)

    def soft_noise(self, grid: Tensor) -> Tensor:
        """Stretch (N, NOISE_GRID²) to (N, H, W) with straight lines between the grid's points."""
        return (grid @ self._stretch).view(-1, self.size, self.size)

    def cover(self, distance: Tensor) -> Tensor:
        """Distance in picture units -> how much of each pixel lies inside, 0 to 1, in place."""
        return distance.mul_(-1 / self.pixel).add_(0.5).clamp_(0, 1)


def paint(
    atlas: Atlas, clutter: Atlas, labels: Tensor, recipe: Recipe, canvas: Canvas, dice: Dice
) -> tuple[Tensor, Tensor]:
    """Pictures of the given classes: (N, 3, H, W) in [0, 1] and object masks (N, H, W) bool.

    The mask is the whole silhouette, also where the bar hides part of it.
    """
    cover = _silhouette(atlas, labels, recipe, canvas, dice)
    background, background_2, thing, thing_2 = _colours(recipe, dice)
    picture = _two_colours(background, background_2, _texture(recipe, canvas, dice))
    painted_thing = _two_colours(thing, thing_2, _texture(recipe, canvas, dice))
    for _ in range(recipe.clutter):
        _add_clutter(picture, clutter, thing, canvas, dice)
    picture.lerp_(painted_thing, cover.unsqueeze(1))
    _add_bar(picture, recipe, canvas, dice)
    _expose(picture, recipe, dice)
    return picture.clamp_(0, 1), cover > 0.5


def _silhouette(atlas: Atlas, labels: Tensor, recipe: Recipe, canvas: Canvas, dice: Dice) -> Tensor:
    """How much of each pixel the object covers, (N, H, W)."""
    scale = dice.uniform(*recipe.scale)
    centre_x, centre_y = dice.uniform(-recipe.offset, recipe.offset, 2)
    angle = dice.uniform(-recipe.turn, recipe.turn)
    stretch = torch.exp(dice.uniform(-recipe.stretch, recipe.stretch))
    x, y = _place(canvas, scale, centre_x, centre_y, angle, stretch)
    x, y = _bend(x, y, recipe.warp, dice)
    index = labels * atlas.variants + dice.choice(atlas.variants)
    return canvas.cover(atlas.read(index, x, y).mul_(_per_pixel(scale)))


def _place(
    canvas: Canvas, scale: Tensor, cx: Tensor, cy: Tensor, angle: Tensor, stretch: Tensor
) -> tuple[Tensor, Tensor]:
    """Where each pixel lies in the silhouette's own units, (N, H, W) twice."""
    cos, sin = torch.cos(angle) / scale, torch.sin(angle) / scale
    ax, ay = cos * stretch, sin * stretch
    bx, by = -sin / stretch, cos / stretch
    return (
        canvas.ramp(ax, ay, -(ax * cx + ay * cy)),
        canvas.ramp(bx, by, -(bx * cx + by * cy)),
    )


def _bend(x: Tensor, y: Tensor, most: float, dice: Dice) -> tuple[Tensor, Tensor]:
    """Push each coordinate by a sine wave of the other one."""
    frequency = dice.uniform(1.5, 3.0, 2)
    phase = dice.uniform(0, 2 * math.pi, 2)
    amount = dice.uniform(0, most, 2)
    x = x + _wave(y, frequency[0], phase[0], amount[0])
    y = y + _wave(x, frequency[1], phase[1], amount[1])
    return x, y


def _wave(t: Tensor, frequency: Tensor, phase: Tensor, amount: Tensor) -> Tensor:
    wave = (t * _per_pixel(frequency)).add_(_per_pixel(phase)).sin_()
    return wave.mul_(_per_pixel(amount))


def _texture(recipe: Recipe, canvas: Canvas, dice: Dice) -> Tensor:
    """Stripes, checks or gradients with soft noise: a mix of two colours, (N, H, W) in [0, 1]."""
    angle = dice.uniform(0, 2 * math.pi)
    fine = dice.coin(recipe.fine_texture)
    frequency = torch.where(fine, dice.uniform(4, 14), dice.uniform(0.3, 1.5))
    checks = dice.coin(0.35).float()
    phase, second_phase = dice.uniform(0, 2 * math.pi, 2)
    sharpness = dice.uniform(0.7, 4) * 1.5
    cos, sin = torch.cos(angle) * frequency, torch.sin(angle) * frequency
    stripes = canvas.ramp(cos, sin, phase).sin_()
    # Without checks all three coefficients are zero: the second factor is cos(0) = 1.
    across = canvas.ramp(-sin * checks, cos * checks, second_phase * checks).cos_()
    grid = dice.uniform(-0.5, 0.5, NOISE_GRID**2) * dice.uniform(0, 5)
    noise = canvas.soft_noise(grid.t())
    return stripes.mul_(across).mul_(_per_pixel(sharpness)).add_(noise).sigmoid_()


def _colours(recipe: Recipe, dice: Dice) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Two background and two object colours, (N, 3) each, that differ enough in brightness."""
    background, background_2, thing, thing_2 = (dice.colours() for _ in range(4))
    background_2 = torch.lerp(background, background_2, 0.5)
    least, most = recipe.contrast
    dark_or_light = background @ BRIGHTNESS
    direction = torch.where(dice.coin(recipe.object_brighter), 1.0, -1.0)
    # Near black only brighter is possible, near white only darker.
    direction = torch.where(dark_or_light < least + 0.1, 1.0, direction)
    direction = torch.where(dark_or_light > 0.9 - least, -1.0, direction)
    wanted = dark_or_light + direction * dice.uniform(least, most)
    thing = (thing + (wanted - thing @ BRIGHTNESS).unsqueeze(1)).clamp_(0, 1)
    return background, background_2, thing, torch.lerp(thing, thing_2, 0.4)


def _add_clutter(
    picture: Tensor, clutter: Atlas, thing: Tensor, canvas: Canvas, dice: Dice
) -> None:
    """A stroke or pebble somewhere, half the time in the object's own colour, so that colour
    alone never finds the object."""
    scale = dice.uniform(0.25, 0.75)
    cx, cy = dice.uniform(-1, 1, 2)
    x, y = _place(canvas, scale, cx, cy, dice.uniform(-math.pi, math.pi), torch.ones(dice.n))
    distance = clutter.read(dice.choice(clutter.count), x, y).mul_(_per_pixel(scale))
    same = dice.coin(0.5).unsqueeze(1)
    colour = torch.where(same, thing, dice.colours())
    picture.lerp_(colour.view(-1, 3, 1, 1), canvas.cover(distance).unsqueeze(1))


def _add_bar(picture: Tensor, recipe: Recipe, canvas: Canvas, dice: Dice) -> None:
    """A straight bar of random colour across everything, in some of the pictures."""
    present = dice.coin(recipe.bar).float()
    half_width = dice.uniform(0.05, 0.16)
    angle = dice.uniform(0, 2 * math.pi)
    distance = canvas.ramp(torch.cos(angle), torch.sin(angle), dice.uniform(-0.6, 0.6))
    distance.abs_().sub_(_per_pixel(half_width))
    cover = canvas.cover(distance).mul_(_per_pixel(present))
    picture.lerp_(dice.colours().view(-1, 3, 1, 1), cover.unsqueeze(1))


def _expose(picture: Tensor, recipe: Recipe, dice: Dice) -> None:
    """Exposure, then pixel noise."""
    picture.mul_(dice.uniform(*recipe.gain).view(-1, 1, 1, 1))
    sheet = _noise_sheet()
    length = picture[0].numel()
    start = dice.choice(sheet.numel() - length + 1)
    noise = sheet.unfold(0, length, 1)[start].view_as(picture)
    picture.addcmul_(noise, dice.uniform(0, recipe.noise).view(-1, 1, 1, 1))


@cache
def _noise_sheet() -> Tensor:
    """A quarter of a million normal numbers to cut pixel noise from at random places.

    Drawing fresh ones for every pixel takes several times as long as cutting. Pictures whose
    pieces overlap still differ, because each scales its piece by its own strength.
    """
    return torch.randn(1 << 18, generator=torch.Generator().manual_seed(20))


def _two_colours(first: Tensor, second: Tensor, mix: Tensor) -> Tensor:
    """Blend two colours (N, 3) by a texture (N, H, W) -> (N, 3, H, W)."""
    step = (second - first).view(-1, 3, 1, 1)
    return (mix.unsqueeze(1) * step).add_(first.view(-1, 3, 1, 1))


def _per_pixel(numbers: Tensor) -> Tensor:
    return numbers.view(-1, 1, 1)


def _stretching_matrix(small: int, large: int) -> Tensor:
    """(large, small): each row mixes the two nearest of `small` evenly spaced values."""
    position = torch.linspace(0, small - 1, large).unsqueeze(1)
    return (1 - (position - torch.arange(small)).abs()).clamp_(min=0)
