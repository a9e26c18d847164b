"""Hidden checks of `grad_cam`."""

from __future__ import annotations

from autograder.exercises.u08_seeing._manners import (
    ask_for_hooks,
    ask_for_modes,
    ask_for_result_alone,
    ask_when_frozen,
)
from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u08_seeing._looks import (
    FIRST_STAGE,
    SECOND_CONVOLUTION,
    Look,
    agree_on_looks,
    expect_model_kept,
)
from cnnlab.exercises.u08_seeing.grad_cam import (
    draw_cam,
    draw_warm_cam,
    exercise,
    without_evidence,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


def draw_some(learner: LearnerCode, draw: Draw, layer: str = SECOND_CONVOLUTION) -> Look:
    height, width = draw.sample(range(7, 12), 2)
    return draw_cam(draw, height, width, layer, draw.integer(0, 3))


@hidden.check("the heat map of a layer, of every class", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_some(learner, draw)
    looks = [look.at(*look.args[:2], target) for target in range(4)]
    agree_on_looks(learner, exercise, *looks, draw_warm_cam(draw, 9, 7))


@hidden.check("where nothing speaks for the target, the map is zero", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_looks(learner, exercise, without_evidence(draw_some(learner, draw, FIRST_STAGE)))


ask_for_modes(hidden, draw_some)
ask_for_hooks(hidden, draw_some, points=1)


@hidden.check("parameters and stored gradients are as they were", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_model_kept(learner, exercise, draw_some(learner, draw), draw)


ask_for_result_alone(hidden, draw_some)
ask_when_frozen(hidden, draw_some)
