"""What designs for Fashion-MNIST are trained on, and what a notebook measures them on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cnnlab import data
from cnnlab.check.draw import Draw
from cnnlab.data import Dataset, Split
from cnnlab.data.anywhere import put_anywhere

CLASSES = 10


def drawn_for_training(draw: Draw, images: Split, count: int) -> Split:
    """`count` of the images, equally many of each class."""
    return images.per_class(count // CLASSES, seed=draw.integer(0, 2**31))


def practice_on_clothes(count: int, held_out: int) -> Callable[[Draw], Dataset]:
    """Draws `count` training images; as many as are `held_out` of the others to measure on.

    The test images stay out of it: a lesson looks at them once, at its end.
    """

    def practice(draw: Draw) -> Dataset:
        clothes = data.load("fashion-mnist-small").with_validation(held_out, seed=0)
        assert clothes.validation is not None
        train = drawn_for_training(draw, clothes.train, count)
        return replace(clothes, train=train, test=clothes.validation, validation=None)

    return practice


def clothes_anywhere(clothes: Dataset, draw: Draw) -> Dataset:
    """The same garments, each anywhere in a picture of its own; see `cnnlab.data.anywhere`."""
    seed = draw.integer(0, 2**31)
    train, test = put_anywhere(clothes.train, seed), put_anywhere(clothes.test, seed + 1)
    return replace(clothes, name="clothes anywhere", train=train, test=test)
