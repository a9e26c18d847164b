"""Hidden checks of the function that makes an image for one channel."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises import u08_seeing as visible
from cnnlab.exercises.u08_seeing.looks import (
    FIRST_CONVOLUTION,
    expect_evaluation_mode,
    expect_hooks_gone,
    expect_model_kept,
    expect_modes_back,
    expect_result_alone,
)
from cnnlab.exercises.u08_seeing.maximizing import (
    draw_goal,
    draw_manners,
    expect_lr_counts,
    expect_own_channel,
    expect_rise,
    expect_start_from_generator,
    others_like,
)
from cnnlab.learner import LearnerCode

MAXIMIZE_ACTIVATION = HiddenChecks(visible.MAXIMIZE_ACTIVATION)


def draw_size(draw: Draw) -> tuple[int, int]:
    height, width = draw.sample(range(5, 10), 2)
    return height, width


@MAXIMIZE_ACTIVATION.check("the channel answers more strongly than at the start", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    size = draw_size(draw)
    look, channel = draw_goal(draw, *size)
    expect_rise(learner, others_like(look, channel, 1.0), channel, size, FIRST_CONVOLUTION)


@MAXIMIZE_ACTIVATION.check("the channel asked for, and no other", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    size = draw_size(draw)
    expect_own_channel(learner, *draw_goal(draw, *size), size)


@MAXIMIZE_ACTIVATION.check("the generator alone decides the start", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    size = draw_size(draw)
    expect_start_from_generator(learner, *draw_goal(draw, *size), size)


@MAXIMIZE_ACTIVATION.check("lr decides how long a step is", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    size = draw_size(draw)
    look, channel = draw_goal(draw, *size)
    expect_lr_counts(learner, others_like(look, channel, 1.0), channel, size)


@MAXIMIZE_ACTIVATION.check("evaluation mode while it looks", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_manners(learner, draw, *draw_size(draw))
    expect_evaluation_mode(learner, visible.MAXIMIZE_ACTIVATION, look)


@MAXIMIZE_ACTIVATION.check("the mode of every part is as it was before", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_manners(learner, draw, *draw_size(draw))
    expect_modes_back(learner, visible.MAXIMIZE_ACTIVATION, look)


@MAXIMIZE_ACTIVATION.check("no hook is left", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_manners(learner, draw, *draw_size(draw))
    expect_hooks_gone(learner, visible.MAXIMIZE_ACTIVATION, look)


@MAXIMIZE_ACTIVATION.check("parameters and stored gradients are left; no graph is kept", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_manners(learner, draw, *draw_size(draw))
    expect_model_kept(learner, visible.MAXIMIZE_ACTIVATION, look, draw)
    expect_result_alone(learner, visible.MAXIMIZE_ACTIVATION, look)
