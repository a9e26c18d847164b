"""Hidden checks of `dense_block`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u09_blocks._blocks import agree_on_block, draw_size
from cnnlab.exercises.u09_blocks.dense_block import exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("every layer reads everything before it", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels, growth = draw.sample(range(2, 7), 2)
    agree_on_block(
        learner, draw, exercise, channels, growth, draw.integer(3, 4), size=draw_size(draw)
    )


@hidden.check("two layers, and one", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    for layers in (2, 1):
        channels, growth = draw.sample(range(2, 7), 2)
        agree_on_block(
            learner,
            draw,
            exercise,
            channels,
            growth=growth,
            layers=layers,
            size=draw_size(draw),
        )
