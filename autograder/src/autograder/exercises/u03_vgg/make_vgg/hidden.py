"""Hidden checks of `make_vgg`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u03_vgg.make_vgg import agree_on_vgg, exercise, expect_dropout_in_head
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)

# No two parts of a network are equally wide, so that a wrong width shows.
CLASSES, HIDDEN, WIDTHS = (11, 12, 13, 14), (19, 21, 23, 26), range(3, 10)


@hidden.check("default settings", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    narrow, middle, wide = draw.sample(WIDTHS, 3)
    agree_on_vgg(learner, draw, [(1, narrow), (2, middle), (1, wide)], draw.choice(CLASSES))


@hidden.check("other images, other widths", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    narrow, wide = draw.sample(WIDTHS, 2)
    agree_on_vgg(
        learner,
        draw,
        [(draw.integer(1, 2), narrow), (3, wide)],
        draw.choice(CLASSES),
        in_channels=draw.choice([1, 2]),
        image_size=draw.choice([12, 20]),
        hidden=draw.choice(HIDDEN),
    )


@hidden.check("a side that can't be halved evenly", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    side = 8 * draw.integer(2, 3) + draw.integer(4, 7)
    agree_on_vgg(
        learner,
        draw,
        [(1, 4), (1, 5), (1, 6)],
        draw.choice(CLASSES),
        image_size=side,
        hidden=draw.choice(HIDDEN),
    )


@hidden.check("the plan of VGG-16, much narrower", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    plan = [(2, 2), (2, 4), (3, 6), (3, 8), (3, 9)]
    agree_on_vgg(learner, draw, plan, 12, image_size=64, hidden=draw.choice(HIDDEN))


@hidden.check("dropout after both hidden layers, in training mode only", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_dropout_in_head(learner, draw)
