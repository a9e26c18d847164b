"""Hidden checks of `inverted_residual`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u09_blocks._blocks import agree_on_block, draw_size
from cnnlab.exercises.u09_blocks.inverted_residual import LARGE, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("shapes agree: the input is added", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels = draw.integer(3, 6)
    agree_on_block(learner, draw, exercise, channels, channels, size=draw_size(draw), scale=LARGE)


@hidden.check("other channels, other expansions", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    few, many = sorted(draw.sample(range(2, 7), 2))
    for channels, expansion in ((few, draw.integer(2, 5)), (many, draw.integer(2, 5))):
        out_channels = few + many - channels
        agree_on_block(
            learner,
            draw,
            exercise,
            channels,
            out_channels,
            expansion=expansion,
            size=draw_size(draw),
            scale=LARGE,
        )


@hidden.check("a stride: smaller maps, and no shortcut", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels = draw.integer(3, 6)
    agree_on_block(learner, draw, exercise, channels, channels, 2, size=(7, 10), scale=LARGE)


@hidden.check("an expansion of 1: nothing is widened", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    few, many = sorted(draw.sample(range(3, 8), 2))
    for out_channels in (few, many):
        agree_on_block(
            learner, draw, exercise, many, out_channels, 1, 1, size=draw_size(draw), scale=LARGE
        )
