"""Hidden checks of what may learn: freezing, new heads, modes, stages and rates."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises import u07_transfer as visible
from cnnlab.exercises.u07_transfer.groups import expect_groups
from cnnlab.exercises.u07_transfer.modes import (
    expect_frozen_statistics,
    expect_modes,
    in_evaluation_mode,
)
from cnnlab.exercises.u07_transfer.scenes import draw_scene
from cnnlab.exercises.u07_transfer.stages import EVERYTHING, expect_stages
from cnnlab.exercises.u07_transfer.surgery import expect_count, expect_frozen, expect_new_head
from cnnlab.learner import LearnerCode

STEM = ("conv1", "bn1")
BACKBONE = (*STEM, "layer")

FREEZE_AND_REPLACE = HiddenChecks(visible.FREEZE_AND_REPLACE)


@FREEZE_AND_REPLACE.check("freeze: no parameter may learn, whatever its kind and depth", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    for stages in draw.sample(range(2, 5), 2):
        expect_frozen(learner, draw_scene(draw, stages, frozen=draw.choice([(), STEM])))


@FREEZE_AND_REPLACE.check("freeze: modes stay as they are", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    some_resting = {"bn1": False, "layer1.drop": False, "layer2.0.bn1": False}
    expect_frozen(learner, draw_scene(draw, modes=some_resting))
    expect_frozen(learner, in_evaluation_mode(draw_scene(draw)))


@FREEZE_AND_REPLACE.check("replace_head: logits for the new classes", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    for stages in draw.sample(range(2, 5), 2):
        images = draw.normal(draw.integer(2, 5), 3, 9, draw.integer(6, 11)).float()
        expect_new_head(learner, draw_scene(draw, stages), draw.integer(9, 15), images)


@FREEZE_AND_REPLACE.check("replace_head: only the head changes, and it may learn", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    images = draw.normal(2, 3, 7, 8).float()
    for frozen in (BACKBONE, EVERYTHING, draw.choice([STEM, (*STEM, "layer1")])):
        expect_new_head(learner, draw_scene(draw, frozen=frozen), draw.integer(9, 15), images)


@FREEZE_AND_REPLACE.check("count_trainable: every number that may learn, once", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    for stages, frozen in ((2, STEM), (3, (*STEM, "layer1")), (4, BACKBONE), (3, ())):
        expect_count(learner, draw_scene(draw, stages, frozen))
    expect_count(learner, in_evaluation_mode(draw_scene(draw, frozen=STEM)))


FROZEN_BACKBONE_TRAIN = HiddenChecks(visible.FROZEN_BACKBONE_TRAIN)


@FROZEN_BACKBONE_TRAIN.check("frozen batch norms rest, at any depth", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_modes(learner, draw_scene(draw, 4, frozen=(*STEM, "layer1", "layer2")))
    expect_modes(learner, draw_scene(draw, draw.integer(2, 4), frozen=BACKBONE))


@FROZEN_BACKBONE_TRAIN.check("batch norms that may learn train, and so does all else", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_modes(learner, draw_scene(draw, draw.integer(2, 4)))


@FROZEN_BACKBONE_TRAIN.check("a network that comes from an evaluation", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_modes(learner, in_evaluation_mode(draw_scene(draw)))


@FROZEN_BACKBONE_TRAIN.check("frozen statistics do not move, the others do", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_frozen_statistics(learner, draw_scene(draw, frozen=(*STEM, "layer1")), draw)


UNFREEZE = HiddenChecks(visible.UNFREEZE)


@UNFREEZE.check("the last stages of networks with three and with four", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    for stages, opened in ((4, 1), (3, 1), (4, 2), (3, 2)):
        scene = draw_scene(draw, stages, frozen=EVERYTHING)
        expect_stages(learner, scene, opened, modes=False)


@UNFREEZE.check("what could learn before is frozen again", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    for stages in (3, 4):
        expect_stages(learner, draw_scene(draw, stages, frozen=("layer2",)), 1, modes=False)


@UNFREEZE.check("0 stages: the head alone", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    for stages in (2, 4):
        expect_stages(learner, draw_scene(draw, stages), 0, modes=False)


@UNFREEZE.check("all stages, and the stem still frozen", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    for stages in (2, 4):
        scene = draw_scene(draw, stages, frozen=EVERYTHING)
        expect_stages(learner, scene, stages, modes=False)


@UNFREEZE.check("modes stay as they are", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_stages(learner, draw_scene(draw), 1)
    expect_stages(learner, in_evaluation_mode(draw_scene(draw)), 2)


PARAMETER_GROUPS = HiddenChecks(visible.PARAMETER_GROUPS)


@PARAMETER_GROUPS.check("each rate where it belongs", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_groups(learner, draw_scene(draw, draw.integer(2, 4)))


@PARAMETER_GROUPS.check("nothing frozen, nothing missing", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_groups(learner, draw_scene(draw, 3, frozen=(*STEM, "layer1", "layer2")))
    expect_groups(learner, draw_scene(draw, 4, frozen=draw.choice([STEM, (*STEM, "layer2")])))


@PARAMETER_GROUPS.check("no empty group", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_groups(learner, draw_scene(draw, draw.integer(2, 4), frozen=BACKBONE))


@PARAMETER_GROUPS.check("a frozen head is in no group either", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_groups(learner, draw_scene(draw, frozen=(*STEM, "fc.")))
