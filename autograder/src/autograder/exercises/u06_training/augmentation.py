"""Hidden checks of the crops and flips, and of the holes."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises import u06_training as visible
from cnnlab.exercises.u06_training.augmentation import (
    CROP_FLIP,
    CUTOUT,
    ask_crops,
    ask_holes,
    draw_images,
)
from cnnlab.exercises.u06_training.chances import expect_generator_decides
from cnnlab.learner import LearnerCode

AUGMENT = HiddenChecks(visible.AUGMENT)


@AUGMENT.check("random_crop_flip: every offset and flip, by each image's own dice", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(3, 7), 2)
    ask_crops(learner, draw, padding=1, shape=(draw.integer(2, 3), height, width))


@AUGMENT.check("random_crop_flip: a wider border", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(4, 7), 2)
    ask_crops(learner, draw, padding=2, shape=(1, height, width))


@AUGMENT.check("random_crop_flip: flips alone, without a border", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(2, 6), 2)
    ask_crops(learner, draw, padding=0, shape=(2, height, width))


@AUGMENT.check("random_crop_flip: the generator decides", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    x = draw_images(draw, draw.integer(8, 12), 3, *draw.sample(range(3, 7), 2))
    expect_generator_decides(learner, draw, CROP_FLIP, x, draw.integer(1, 2))


@AUGMENT.check("cutout: every centre, by each image's own dice", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(4, 8), 2)
    ask_holes(learner, draw, size=3, shape=(draw.integer(2, 3), height, width))


@AUGMENT.check("cutout: an even size", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(5, 8), 2)
    ask_holes(learner, draw, size=draw.choice([2, 4]), shape=(1, height, width))


@AUGMENT.check("cutout: a single pixel", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(3, 7), 2)
    ask_holes(learner, draw, size=1, shape=(2, height, width))


@AUGMENT.check("cutout: the generator decides", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    x = draw_images(draw, draw.integer(8, 12), 3, *draw.sample(range(4, 8), 2))
    expect_generator_decides(learner, draw, CUTOUT, x, draw.integer(2, 3))
