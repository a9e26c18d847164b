"""Hidden checks of `augment`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u06_training._chances import draw_images, expect_generator_decides
from cnnlab.exercises.u06_training.augment import (
    CROP_FLIP,
    CUTOUT,
    agree_on_crops,
    agree_on_holes,
    exercise,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("random_crop_flip: every offset and flip, drawn for each image", points=2.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(3, 7), 2)
    agree_on_crops(learner, draw, padding=1, shape=(draw.integer(2, 3), height, width))


@hidden.check("random_crop_flip: a wider border", points=1.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(4, 7), 2)
    agree_on_crops(learner, draw, padding=2, shape=(1, height, width))


@hidden.check("random_crop_flip: flips alone, without a border", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(2, 6), 2)
    agree_on_crops(learner, draw, padding=0, shape=(2, height, width))


@hidden.check("random_crop_flip: the generator decides", points=1.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    x = draw_images(draw, draw.integer(8, 12), 3, *draw.sample(range(3, 7), 2))
    expect_generator_decides(learner, draw, CROP_FLIP, x, 1)


@hidden.check("cutout: every centre, drawn for each image", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(4, 8), 2)
    agree_on_holes(learner, draw, size=3, shape=(draw.integer(2, 3), height, width))


@hidden.check("cutout: an even size", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(6, 9), 2)
    agree_on_holes(learner, draw, size=draw.choice([4, 6]), shape=(1, height, width))


@hidden.check("cutout: a single pixel", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    height, width = draw.sample(range(3, 7), 2)
    agree_on_holes(learner, draw, size=1, shape=(2, height, width))


@hidden.check("cutout: the generator decides", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    x = draw_images(draw, draw.integer(8, 12), 3, *draw.sample(range(4, 8), 2))
    expect_generator_decides(learner, draw, CUTOUT, x, 3)
