"""Hidden checks of `frozen_backbone_train`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u07_transfer._scenes import BACKBONE, STEM, draw_scene
from cnnlab.exercises.u07_transfer.frozen_backbone_train import (
    HALF_FROZEN,
    agree_on_modes,
    agree_on_statistics,
    exercise,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("frozen batch norms rest, at any depth", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_modes(learner, draw_scene(draw, 4, frozen=(*STEM, "layer1", "layer2")))
    agree_on_modes(learner, draw_scene(draw, draw.integer(2, 4), frozen=BACKBONE))


@hidden.check("batch norms that may learn train, and so does all else", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_modes(learner, draw_scene(draw, draw.integer(2, 4)))
    agree_on_modes(learner, draw_scene(draw, draw.integer(2, 4), frozen=HALF_FROZEN))


@hidden.check("a network that comes from an evaluation", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_modes(learner, draw_scene(draw).in_evaluation_mode())


@hidden.check("frozen statistics do not move, the others do", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_statistics(learner, draw_scene(draw, frozen=(*STEM, "layer1")), draw)
