"""Hidden checks of `capture`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u08_seeing._looks import (
    BEFORE_IN_PLACE,
    FIRST_CONVOLUTION,
    FIRST_STAGE,
    HEAD,
    SECOND_CONVOLUTION,
    Look,
    agree_on_looks,
    expect_evaluation_mode,
    expect_hooks_gone,
    expect_model_kept,
    expect_modes_back,
    expect_result_alone,
)
from cnnlab.exercises.u08_seeing.capture import (
    draw_capture,
    exercise,
    expect_clean_after_failure,
    expect_one_pass,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


def draw_some(draw: Draw, *names: str) -> Look:
    height, width = draw.sample(range(5, 10), 2)
    return draw_capture(draw, names, height, width)


@hidden.check("the outputs of modules, also of nested ones, by name", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    names = draw.sample([FIRST_STAGE, SECOND_CONVOLUTION, HEAD], 2)
    agree_on_looks(learner, exercise, draw_some(draw, *names))
    agree_on_looks(learner, exercise, draw_some(draw, HEAD, FIRST_CONVOLUTION))


@hidden.check("a copy, also where the next layer works in place", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_looks(learner, exercise, draw_some(draw, BEFORE_IN_PLACE))


@hidden.check("one pass, in evaluation mode", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_some(draw, FIRST_STAGE, SECOND_CONVOLUTION, HEAD)
    expect_evaluation_mode(learner, exercise, look)
    expect_one_pass(learner, look)


@hidden.check("the mode of every part is as it was before", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_modes_back(learner, exercise, draw_some(draw, SECOND_CONVOLUTION))


@hidden.check("no hook is left", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_hooks_gone(learner, exercise, draw_some(draw, FIRST_STAGE, HEAD))


@hidden.check("no hook is left and the modes are back when the forward pass fails", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_clean_after_failure(learner, draw_some(draw, FIRST_STAGE, SECOND_CONVOLUTION))


@hidden.check("parameters, gradients and images are left alone; no graph is kept", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_some(draw, BEFORE_IN_PLACE, SECOND_CONVOLUTION)
    expect_model_kept(learner, exercise, look, draw)
    expect_result_alone(learner, exercise, look)
