"""Which silhouettes and which settings make which data set, and how many pictures come out.

Pictures are drawn in chunks, and every chunk has a seed of its own, derived from the family, its
version, the part (train or test), the user's seed and the chunk's number. So asking for more
pictures never changes the first ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from cnnlab.data.shapes.atlas import Atlas
from cnnlab.data.shapes.distance import Field
from cnnlab.data.shapes.marks import plant_marks
from cnnlab.data.shapes.scene import Canvas, Dice, Recipe, paint
from cnnlab.data.shapes.silhouettes import (
    TARGET_NAMES,
    TEN_NAMES,
    target_classes,
    ten_classes,
)
from cnnlab.data.shapes.source_classes import SOURCE_NAMES, clutter_shapes, source_classes
from cnnlab.data.split import Split

CHUNK = 240  # about this many pictures at a time; always whole rounds of the classes


@dataclass(frozen=True)
class Family:
    """One generated data set: its silhouettes, its look and its usual size.

    `version` changes whenever the pictures change, so that results name what they were made on.
    """

    name: str
    class_names: tuple[str, ...]
    silhouettes: Callable[[], list[list[Field]]]
    recipe: Recipe
    n_train: int
    n_test: int
    version: str = "1"


FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family(
            name="shapes10",
            class_names=TEN_NAMES,
            silhouettes=ten_classes,
            recipe=Recipe(),
            n_train=12_000,
            n_test=3_000,
        ),
        Family(
            name="shapes10_offcentre",
            class_names=TEN_NAMES,
            silhouettes=ten_classes,
            recipe=Recipe(scale=(0.42, 0.55), offset=0.55),
            n_train=12_000,
            n_test=3_000,
        ),
        Family(
            name="shapes10_shortcut",
            class_names=TEN_NAMES,
            silhouettes=ten_classes,
            recipe=Recipe(mark=True),
            n_train=12_000,
            n_test=3_000,
        ),
        Family(
            name="shapes_source",
            class_names=SOURCE_NAMES,
            silhouettes=source_classes,
            recipe=Recipe(),
            n_train=24_000,
            n_test=3_000,
        ),
        Family(
            name="silhouettes",
            class_names=TARGET_NAMES,
            silhouettes=target_classes,
            recipe=Recipe(),
            n_train=1_500,
            n_test=1_500,
        ),
    )
}


def generate(family: Family, part: str, n: int, *, seed: int = 0, image_size: int = 32) -> Split:
    """The first n pictures of a part ("train" or "test") of a family.

    Labels are balanced: every run of as many pictures as there are classes holds each class once.
    """
    classes = len(family.class_names)
    chunk = classes * max(1, CHUNK // classes)
    images = torch.empty(n, 3, image_size, image_size, dtype=torch.uint8)
    labels = torch.empty(n, dtype=torch.int64)
    masks = torch.empty(n, image_size, image_size, dtype=torch.bool)
    marks = torch.zeros_like(masks) if family.recipe.mark else None
    atlas, clutter, canvas = _atlas(family.silhouettes), _atlas(clutter_shapes), Canvas(image_size)
    for number, start in enumerate(range(0, n, chunk)):
        dice = Dice(_chunk_seed(family, part, seed, number), chunk)
        y = dice.shuffled_classes(classes)
        picture, mask = paint(atlas, clutter, y, family.recipe, canvas, dice)
        if marks is not None:
            mark = plant_marks(picture, y if part == "train" else dice.choice(classes), dice)
            _put(marks, start, mark)
        _put(images, start, picture.mul_(255).round_())
        _put(labels, start, y)
        _put(masks, start, mask)
    return Split(images, labels, masks, marks)


def _put(whole: Tensor, start: int, piece: Tensor) -> None:
    """Copy a piece in; the last one is cut to what still fits."""
    place = whole[start : start + len(piece)]
    place.copy_(piece[: len(place)])


def _chunk_seed(family: Family, part: str, seed: int, number: int) -> int:
    text = f"{family.name}/{family.version}/{part}/{seed}/{number}"
    # 63 bits: torch's generators take a signed 64-bit seed.
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") >> 1


@cache
def _atlas(silhouettes: Callable[[], list[list[Field]]]) -> Atlas:
    return Atlas(silhouettes())
