"""Hidden checks of `gradient_norms`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u05_resnet.gradient_norms import (
    agree_on_norms,
    agree_on_their_order,
    draw_scene,
    exercise,
    expect_gradients_as_found,
    expect_mode_kept,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)
WEIGHTS = ("0.weight", "5.weight", "7.weight")
OTHERS = ("0.bias", "1.weight", "1.bias", "5.bias", "7.bias")


@hidden.check("the norms, in the order of the parameters", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_their_order(learner, draw)


@hidden.check("gradients that were there before do not count", points=1.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_norms(learner, draw_scene(draw, old=WEIGHTS))


@hidden.check("gradients are left as they were found", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    some = (draw.choice(WEIGHTS), *draw.sample(OTHERS, 2))
    expect_gradients_as_found(learner, draw_scene(draw, True, old=some))
    expect_gradients_as_found(learner, draw_scene(draw, True))


@hidden.check("in training mode and in evaluation mode", points=1.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    for training in (True, False):
        expect_mode_kept(learner, draw_scene(draw, True, training))
