"""Hidden checks of `parameter_groups`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u07_transfer._scenes import BACKBONE, STEM, draw_scene
from cnnlab.exercises.u07_transfer.parameter_groups import agree_on_groups, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("each rate where it belongs", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_groups(learner, draw_scene(draw, draw.integer(2, 4)))


@hidden.check("nothing frozen, nothing missing", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_groups(learner, draw_scene(draw, 3, frozen=(*STEM, "layer1", "layer2")))
    agree_on_groups(learner, draw_scene(draw, 4, frozen=draw.choice([STEM, (*STEM, "layer2")])))


@hidden.check("no empty group", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_groups(learner, draw_scene(draw, draw.integer(2, 4), frozen=BACKBONE))


@hidden.check("a frozen head is in no group either", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_groups(learner, draw_scene(draw, frozen=(*STEM, "fc.")))
