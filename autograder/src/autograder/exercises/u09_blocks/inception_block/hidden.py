"""Hidden checks of `inception_block`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u09_blocks._blocks import agree_on_block, draw_size
from cnnlab.exercises.u09_blocks.inception_block import exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


def _branches(draw: Draw) -> tuple[int, tuple[int, int], tuple[int, int], int]:
    """c1, c3, c5 and pool, all different where a mix-up could hide."""
    c1, c3, c5, pool, few, fewer = draw.sample(range(2, 9), 6)
    return c1, (few, c3), (fewer, c5), pool


@hidden.check("four branches, concatenated in order", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    c1, c3, c5, pool = _branches(draw)
    agree_on_block(
        learner, draw, exercise, draw.integer(9, 12), c1, c3, c5, pool, size=draw_size(draw)
    )


@hidden.check("few channels in, and maps smaller than the kernel", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    c1, c3, c5, pool = _branches(draw)
    agree_on_block(learner, draw, exercise, 1, c1=c1, c3=c3, c5=c5, pool=pool, size=(3, 4))
