"""The augmentation explorer: images, and below them what an augmentation makes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from cnnlab.errors import CnnlabError, UnknownNameError
from cnnlab.pictures.picture import MUTED
from cnnlab.pictures.tiles import to_rgb
from cnnlab.widgets.controls import Dropdown, IntSlider
from cnnlab.widgets.drawing import Drawing
from cnnlab.widgets.shell import Shell

# (images, strength, generator) → changed images of the same shape
Augmentation = Callable[[Tensor, int, torch.Generator], Tensor]

SHOWN = 8
STRONGEST = 8
TILE, STEP = 76.0, 80.0

TRIES = (
    "Raise the strength until you hesitate yourself. Is the label still true?",
    "Move the seed and nothing else: what changes from draw to draw, and what never does?",
    "Which augmentation shows the network things that no new image would ever have?",
)


@dataclass(frozen=True)
class Change:
    """Images from 0 to 1 before and after, (N, C, H, W)."""

    before: Tensor
    after: Tensor

    @property
    def share(self) -> float:
        """The share of the pixels that are not as they were, in any channel."""
        return float((self.before != self.after).any(dim=1).float().mean())


def compute(images: Tensor, augment: Augmentation, strength: int, seed: int) -> Change:
    """What `augment` makes of the images, with dice that start from `seed`."""
    before = images.float() / 255 if images.dtype == torch.uint8 else images.float()
    after = augment(before.clone(), strength, torch.Generator().manual_seed(seed))
    if not isinstance(after, Tensor) or after.shape != before.shape:
        got = tuple(after.shape) if isinstance(after, Tensor) else type(after).__name__
        raise CnnlabError(
            f"At strength {strength} the augmentation returned {got} for images of the shape "
            f"{tuple(before.shape)}. It should return images of the same shape and nothing else: "
            "of a pair such as mixup's, take the first with [0]."
        )
    return Change(before, after)


def render(
    images: Tensor,
    augmentations: Mapping[str, Augmentation],
    augmentation: str,
    strength: int = 2,
    seed: int = 0,
) -> Drawing:
    """A row of images, a row of what becomes of them, and how many pixels have changed."""
    if augmentation not in augmentations:
        raise UnknownNameError("augmentation", augmentation, list(augmentations))
    change = compute(images[:SHOWN], augmentations[augmentation], strength, seed)
    count = len(change.before)
    drawing = Drawing(20 + STEP * SHOWN, 2 * STEP + 76)
    told = f"{augmentation}, strength {strength}, seed {seed}"
    rows = (("as they are", change.before, 24.0), (told, change.after, 48 + STEP))
    for title, row, top in rows:
        drawing.text(10, top, title, size=12, bold=True)
        for place, pixels in enumerate(to_rgb(row.clamp(0, 1))):
            drawing.image(10 + place * STEP, top + 8, TILE, TILE, pixels)
    sentence = f"{change.share:.0%} of the pixels are not what they were."
    drawing.text(10, 2 * STEP + 66, sentence, size=11, fill=MUTED)
    drawing.alt = f"{count} images and, below them, what becomes of them: {told}. {sentence}"
    return drawing


def augmentation_explorer(images: Tensor, augmentations: Mapping[str, Augmentation]) -> Shell:
    """The first images of a batch (N, C, H, W), changed by an augmentation of your choice.

    images         uint8 from 0 to 255, or floats from 0 to 1
    augmentations  by name; each is called with (x, strength, generator), x floats from 0 to 1 and
                   strength a whole number from 1 to 8, and returns the changed images
    """
    names = list(augmentations)
    if not names:
        raise CnnlabError(
            "There is no augmentation to explore. Give at least one by name, such as "
            '{"crop and flip": random_crop_flip}.'
        )
    controls = {
        "augmentation": Dropdown(options=names, value=names[0], description="augmentation"),
        "strength": IntSlider(2, 1, STRONGEST, description="strength"),
        "seed": IntSlider(0, 0, 20, description="seed"),
    }

    def picture(augmentation: str, strength: int, seed: int) -> Drawing:
        return render(images, augmentations, augmentation, strength, seed)

    shell = Shell(picture, controls, TRIES, rows=[["augmentation"], ["strength", "seed"]])
    shell.show()
    return shell
