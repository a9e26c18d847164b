"""Hidden checks of the gradient norms."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises import u05_resnet as visible
from cnnlab.exercises.u05_resnet.gradients import (
    draw_scene,
    expect_gradients_as_found,
    expect_mode_kept,
    expect_order,
    judge,
)
from cnnlab.learner import LearnerCode

GRADIENT_NORMS = HiddenChecks(visible.GRADIENT_NORMS)
WEIGHTS = ("0.weight", "5.weight", "7.weight")
OTHERS = ("0.bias", "1.weight", "1.bias", "5.bias", "7.bias")


@GRADIENT_NORMS.check("the norms, in the order of the parameters", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_order(learner, draw_scene(draw))


@GRADIENT_NORMS.check("gradients that were there before do not count", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    judge(learner, draw_scene(draw, old=WEIGHTS))


@GRADIENT_NORMS.check("gradients are left as they were found", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    some = (draw.choice(WEIGHTS), *draw.sample(OTHERS, 2))
    expect_gradients_as_found(learner, draw_scene(draw, True, old=some))
    expect_gradients_as_found(learner, draw_scene(draw, True))


@GRADIENT_NORMS.check("in training mode and in evaluation mode", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    for training in (True, False):
        expect_mode_kept(learner, draw_scene(draw, True, training))
