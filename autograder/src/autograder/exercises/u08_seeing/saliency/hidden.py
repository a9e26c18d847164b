"""Hidden checks of `saliency`."""

from __future__ import annotations

from autograder.exercises.u08_seeing._manners import (
    ask_for_modes,
    ask_for_result_alone,
    ask_when_frozen,
)
from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u08_seeing._looks import (
    Look,
    agree_on_looks,
    expect_hooks_gone,
    expect_model_kept,
)
from cnnlab.exercises.u08_seeing.saliency import draw_saliency, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


def draw_some(learner: LearnerCode, draw: Draw, channels: int = 3) -> Look:
    height, width = draw.sample(range(5, 10), 2)
    return draw_saliency(draw, height, width, draw.integer(0, 3), channels)


@hidden.check("the largest absolute gradient over the channels, of every class", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_some(learner, draw)
    looks = [look.at(look.args[0], target) for target in range(4)]
    agree_on_looks(learner, exercise, *looks, draw_some(learner, draw, channels=2))


ask_for_modes(hidden, draw_some)


@hidden.check("parameters, stored gradients and hooks are as they were", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_some(learner, draw)
    expect_model_kept(learner, exercise, look, draw)
    expect_hooks_gone(learner, exercise, look)


ask_for_result_alone(hidden, draw_some)
ask_when_frozen(hidden, draw_some)
