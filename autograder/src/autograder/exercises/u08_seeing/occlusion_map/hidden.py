"""Hidden checks of `occlusion_map`."""

from __future__ import annotations

from autograder.exercises.u08_seeing._manners import (
    ask_for_modes,
    ask_for_result_alone,
)
from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u08_seeing._looks import (
    Look,
    agree_on_looks,
    expect_hooks_gone,
    expect_model_kept,
)
from cnnlab.exercises.u08_seeing.occlusion_map import draw_occlusion, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


def draw_some(learner: LearnerCode, draw: Draw, **settings: float) -> Look:
    # From top to bottom the last square ends at the border, from left to right it does not.
    height, width = draw.choice([8, 10]), draw.choice([7, 9, 11])
    return draw_occlusion(draw, height, width, draw.integer(0, 3), **settings)


def of_two_classes(look: Look) -> list[Look]:
    """One of the two is not the most likely class, whatever was drawn."""
    image, target = look.args
    return [look.at(image, each % 4, **look.kwargs) for each in (target, target + 1)]


@hidden.check("the drop of the probability, of every class", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_some(learner, draw)
    agree_on_looks(learner, exercise, *(look.at(look.args[0], target) for target in range(4)))


@hidden.check("squares of other sizes, at other strides", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    # A stride of 1 or of the square's own size would hide mistakes.
    settings = ((6, 2), (draw.integer(4, 6), 3), (2, draw.integer(3, 4)))
    looks = [draw_some(learner, draw, size=size, stride=stride) for size, stride in settings]
    agree_on_looks(learner, exercise, *(one for look in looks for one in of_two_classes(look)))


@hidden.check("another fill", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    fill = draw.choice([-1.0, 0.5, 1.5])
    agree_on_looks(learner, exercise, *of_two_classes(draw_some(learner, draw, fill=fill)))


ask_for_modes(hidden, draw_some)
ask_for_result_alone(hidden, draw_some)


@hidden.check("parameters, stored gradients, hooks and autograd are as they were", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_some(learner, draw)
    expect_model_kept(learner, exercise, look, draw)
    expect_hooks_gone(learner, exercise, look)
