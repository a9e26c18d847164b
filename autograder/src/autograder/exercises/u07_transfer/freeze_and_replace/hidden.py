"""Hidden checks of `freeze_and_replace`."""

from __future__ import annotations

import torch

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u07_transfer._scenes import BACKBONE, EVERYTHING, STEM, draw_scene
from cnnlab.exercises.u07_transfer.freeze_and_replace import (
    agree_on_count,
    agree_on_freezing,
    agree_on_new_head,
    exercise,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("freeze: no parameter may learn, whatever its kind and depth", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    for stages in draw.sample(range(2, 5), 2):
        agree_on_freezing(learner, draw_scene(draw, stages, frozen=draw.choice([(), STEM])))


@hidden.check("freeze: modes stay as they are", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    some_resting = {"bn1": False, "layer1.drop": False, "layer2.0.bn1": False}
    agree_on_freezing(learner, draw_scene(draw, modes=some_resting))
    agree_on_freezing(learner, draw_scene(draw).in_evaluation_mode())


@hidden.check("replace_head: logits for the new classes", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    for stages in draw.sample(range(2, 5), 2):
        images = draw.normal(draw.integer(2, 5), 3, 9, draw.integer(6, 11), dtype=torch.float32)
        agree_on_new_head(learner, draw_scene(draw, stages), draw.integer(9, 15), images)


@hidden.check("replace_head: only the head changes, and it may learn", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    images = draw.normal(2, 3, 7, 8, dtype=torch.float32)
    for frozen in (BACKBONE, EVERYTHING, draw.choice([STEM, (*STEM, "layer1")])):
        agree_on_new_head(learner, draw_scene(draw, frozen=frozen), draw.integer(9, 15), images)
    same_number = draw_scene(draw)
    agree_on_new_head(learner, same_number, same_number.num_classes, images)


@hidden.check("count_trainable: every number that may learn, once", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    for stages, frozen in ((2, STEM), (3, (*STEM, "layer1")), (4, BACKBONE), (3, ())):
        resting = {"layer1.0.bn1": False}
        agree_on_count(learner, draw_scene(draw, stages, frozen, modes=resting))
    agree_on_count(learner, draw_scene(draw, frozen=STEM).in_evaluation_mode())
