"""Hidden checks of `squeeze_excite`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u09_blocks._blocks import agree_on_block, draw_size
from cnnlab.exercises.u09_blocks.squeeze_excite import DENSE, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("channels are weighed image by image", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels = draw.integer(16, 40)
    agree_on_block(
        learner, draw, exercise, channels, size=draw_size(draw), scale=2, also_right=[DENSE]
    )


@hidden.check("other reductions", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    reduction = draw.choice((2, 3, 5))
    channels = reduction * draw.integer(3, 6) + draw.integer(0, 1)
    agree_on_block(
        learner, draw, exercise, channels, reduction, size=draw_size(draw), also_right=[DENSE]
    )


@hidden.check("fewer channels than the reduction", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    channels = draw.integer(2, 6)
    agree_on_block(learner, draw, exercise, channels, reduction=channels + 2, also_right=[DENSE])
