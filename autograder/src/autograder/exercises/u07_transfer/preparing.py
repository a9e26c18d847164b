"""Hidden checks of the transforms and of the decision table."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.agree import agree
from cnnlab.check.draw import Draw
from cnnlab.exercises import u07_transfer as visible
from cnnlab.exercises.u07_transfer.transforms import (
    IMAGENET,
    SHIPPED,
    Maker,
    expect_large_parts,
    expect_middle_square,
    expect_no_dice,
    expect_only_normalised,
    expect_random_parts,
    expect_same_normalisation,
)
from cnnlab.learner import LearnerCode

TRANSFORMS = HiddenChecks(visible.TRANSFORMS)


@TRANSFORMS.check("eval_transform: normalised with the given numbers", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_only_normalised(Maker(learner, "eval_transform"), draw)
    size = draw.choice([18, 22, 26, 30])
    for statistics in (IMAGENET, drawn_statistics(draw)):
        expect_only_normalised(Maker(learner, "eval_transform", size, *statistics), draw)


@TRANSFORMS.check("eval_transform: the middle square of images of other shapes", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    maker = Maker(learner, "eval_transform", draw.choice([14, 16, 18]), *drawn_statistics(draw))
    expect_middle_square(maker, 2 * draw.integer(18, 22), 2 * draw.integer(28, 34))
    expect_middle_square(maker, 2 * draw.integer(28, 34), 2 * draw.integer(18, 22))


@TRANSFORMS.check("eval_transform: no dice", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_no_dice(Maker(learner, "eval_transform", 24, *drawn_statistics(draw)), draw)


@TRANSFORMS.check("train_transform: normalised as eval_transform is", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_same_normalisation(Maker(learner, "train_transform"), draw)
    size = draw.choice([18, 22, 26])
    maker = Maker(learner, "train_transform", size, *drawn_statistics(draw))
    expect_same_normalisation(maker, draw)


@TRANSFORMS.check("train_transform: cut and mirrored at random", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    size = draw.choice([18, 22, 26])
    expect_random_parts(Maker(learner, "train_transform", size, *SHIPPED), draw)


@TRANSFORMS.check("train_transform: at least half of the image", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_large_parts(Maker(learner, "train_transform", draw.choice([18, 22]), *SHIPPED), draw)


def drawn_statistics(draw: Draw) -> tuple[list[float], list[float]]:
    """A mean and a standard deviation for three channels, unlike those of any known weights."""
    mean = [draw.integer(30, 40) / 100, draw.integer(55, 65) / 100, draw.integer(30, 70) / 100]
    std = [draw.integer(12, 16) / 100, draw.integer(30, 35) / 100, draw.integer(12, 35) / 100]
    return mean, std


CHOOSE_STRATEGY = HiddenChecks(visible.CHOOSE_STRATEGY)


@CHOOSE_STRATEGY.check("the four fields of the table", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    for similar in (True, False):
        agree(learner, visible.CHOOSE_STRATEGY, draw.integer(5, 400), similar)
        agree(learner, visible.CHOOSE_STRATEGY, draw.integer(600, 5000), similar)


@CHOOSE_STRATEGY.check("another limit, and exactly at the limit", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    limit = draw.integer(40, 300)
    for similar in (True, False):
        agree(learner, visible.CHOOSE_STRATEGY, limit + 20, similar, small_below=limit)
        agree(learner, visible.CHOOSE_STRATEGY, limit, similar, small_below=limit)
        agree(learner, visible.CHOOSE_STRATEGY, limit - 1, similar, small_below=limit)
        agree(learner, visible.CHOOSE_STRATEGY, 500, similar)
