"""Hidden checks of `transforms`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u07_transfer.transforms import (
    agree_on_chances,
    agree_on_colours,
    agree_on_large_parts,
    agree_on_middle_square,
    agree_on_repeating,
    agree_on_values,
    exercise,
)
from cnnlab.exercises.u07_transfer.transforms_mistakes import IMAGENET
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("eval_transform: normalised with the given numbers", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_values(learner, draw)
    size = draw.choice([18, 22, 26, 30])
    for statistics in (IMAGENET, draw_statistics(draw)):
        agree_on_values(learner, draw, size, *statistics)


@hidden.check("eval_transform: the middle square of images of other shapes", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    size = draw.choice([14, 16, 18])
    agree_on_middle_square(learner, size, 2 * draw.integer(18, 22), 2 * draw.integer(28, 34))
    agree_on_middle_square(learner, size, 2 * draw.integer(28, 34), 2 * draw.integer(18, 22))


@hidden.check("eval_transform: nothing random", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_repeating(learner, draw, 24, *draw_statistics(draw))


@hidden.check("train_transform: normalised as eval_transform is", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_colours(learner, draw)
    agree_on_colours(learner, draw, draw.choice([18, 22, 26]), *draw_statistics(draw))


@hidden.check("train_transform: cut and mirrored at random", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_chances(learner, draw, draw.choice([18, 22, 26]))


@hidden.check("train_transform: at least half of the image", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_large_parts(learner, draw, draw.choice([18, 22]))


def draw_statistics(draw: Draw) -> tuple[list[float], list[float]]:
    """A mean and a standard deviation for three channels, unlike those of any known weights."""
    mean = [draw.integer(30, 40) / 100, draw.integer(55, 65) / 100, draw.integer(30, 70) / 100]
    std = [draw.integer(12, 16) / 100, draw.integer(30, 35) / 100, draw.integer(12, 35) / 100]
    return mean, std
