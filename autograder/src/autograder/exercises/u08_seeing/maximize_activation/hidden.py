"""Hidden checks of `maximize_activation`."""

from __future__ import annotations

from autograder.exercises.u08_seeing._manners import ask_for_hooks, ask_for_modes
from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u08_seeing._looks import (
    FIRST_CONVOLUTION,
    Look,
    expect_model_kept,
    expect_result_alone,
)
from cnnlab.exercises.u08_seeing.maximize_activation import (
    draw_goal,
    draw_manners,
    exercise,
    expect_along_gradient,
    expect_every_step_counts,
    expect_lr_counts,
    expect_own_channel,
    expect_rise,
    expect_start_from_generator,
    others_like,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


def draw_size(draw: Draw) -> tuple[int, int]:
    height, width = draw.sample(range(5, 10), 2)
    return height, width


@hidden.check("the channel answers more strongly than at the start", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    size = draw_size(draw)
    look, channel = draw_goal(draw, *size)
    expect_rise(learner, others_like(look, channel, 1.0), channel, size, FIRST_CONVOLUTION)


@hidden.check("the channel asked for, and no other", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    size = draw_size(draw)
    look, channel = draw_goal(draw, *size)
    expect_own_channel(learner, look, channel, size)
    expect_along_gradient(learner, look, channel, size)


@hidden.check("the generator alone decides the start", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    size = draw_size(draw)
    expect_start_from_generator(learner, *draw_goal(draw, *size), size)


@hidden.check("steps and lr decide how far the image goes", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    size = draw_size(draw)
    look, channel = draw_goal(draw, *size)
    expect_every_step_counts(learner, look, channel, size)
    expect_lr_counts(learner, others_like(look, channel, 1.0), channel, size)


def draw_some(learner: LearnerCode, draw: Draw) -> Look:
    return draw_manners(learner, draw, *draw_size(draw))


ask_for_modes(hidden, draw_some)
ask_for_hooks(hidden, draw_some, points=1)


@hidden.check("parameters and stored gradients are left; no graph is kept", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_some(learner, draw)
    expect_model_kept(learner, exercise, look, draw)
    expect_result_alone(learner, exercise, look)
