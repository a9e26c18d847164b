"""Hidden checks of `unfreeze`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u07_transfer._scenes import EVERYTHING, draw_scene
from cnnlab.exercises.u07_transfer.unfreeze import agree_on_stages, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("the last stages of networks with three and with four", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    for stages, opened in ((4, 1), (3, 1), (4, 2), (3, 2)):
        scene = draw_scene(draw, stages, frozen=EVERYTHING)
        agree_on_stages(learner, scene, opened, modes=False)


@hidden.check("what could learn before is frozen again", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    for stages in (3, 4):
        agree_on_stages(learner, draw_scene(draw, stages, frozen=("layer2",)), 1, modes=False)


@hidden.check("0 stages: the head alone", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    for stages in (2, 4):
        agree_on_stages(learner, draw_scene(draw, stages), 0, modes=False)


@hidden.check("all stages, and the stem still frozen", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    for stages in (2, 4):
        scene = draw_scene(draw, stages, frozen=EVERYTHING)
        agree_on_stages(learner, scene, stages, modes=False)


@hidden.check("modes stay as they are", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_stages(learner, draw_scene(draw), 1)
    agree_on_stages(learner, draw_scene(draw).in_evaluation_mode(), 2)
