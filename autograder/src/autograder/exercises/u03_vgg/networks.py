"""Hidden checks of whole VGGs."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises import u03_vgg as visible
from cnnlab.exercises.u03_vgg.networks import agree_vgg, expect_dropout_in_head
from cnnlab.learner import LearnerCode

MAKE_VGG = HiddenChecks(visible.MAKE_VGG)

# Parameters are paired by their shapes, so no two parts of a network are equally wide.
CLASSES, HIDDEN, WIDTHS = (11, 12, 13, 14), (19, 21, 23, 26), range(3, 10)


@MAKE_VGG.check("the settings that are left out", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    narrow, middle, wide = draw.sample(WIDTHS, 3)
    agree_vgg(learner, draw, [(1, narrow), (2, middle), (1, wide)], draw.choice(CLASSES))


@MAKE_VGG.check("other images, other widths", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    narrow, wide = draw.sample(WIDTHS, 2)
    agree_vgg(
        learner,
        draw,
        [(draw.integer(1, 2), narrow), (3, wide)],
        draw.choice(CLASSES),
        in_channels=draw.choice([1, 2]),
        image_size=draw.choice([12, 20]),
        hidden=draw.choice(HIDDEN),
    )


@MAKE_VGG.check("a side that cannot be halved evenly", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    side = 8 * draw.integer(2, 3) + draw.integer(4, 7)
    agree_vgg(
        learner,
        draw,
        [(1, 4), (1, 5), (1, 6)],
        draw.choice(CLASSES),
        image_size=side,
        hidden=draw.choice(HIDDEN),
    )


@MAKE_VGG.check("the plan of VGG-16, much narrower", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    plan = [(2, 2), (2, 4), (3, 6), (3, 8), (3, 9)]
    agree_vgg(learner, draw, plan, 12, image_size=64, hidden=draw.choice(HIDDEN))


@MAKE_VGG.check("dropout after both hidden layers, in training only", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_dropout_in_head(learner, draw)
