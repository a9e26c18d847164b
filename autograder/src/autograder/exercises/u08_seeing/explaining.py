"""Hidden checks of the three ways to ask which pixels an answer hangs on."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises import u08_seeing as visible
from cnnlab.exercises.u08_seeing.covering import draw_occlusion
from cnnlab.exercises.u08_seeing.gradients import draw_saliency
from cnnlab.exercises.u08_seeing.heat import draw_cam, without_evidence
from cnnlab.exercises.u08_seeing.looks import (
    FIRST_STAGE,
    SECOND_CONVOLUTION,
    Look,
    expect_evaluation_mode,
    expect_hooks_gone,
    expect_model_kept,
    expect_modes_back,
    expect_result_alone,
    expect_works_frozen,
    judge,
)
from cnnlab.learner import LearnerCode

CLASSES = range(4)

SALIENCY = HiddenChecks(visible.SALIENCY)


def some_saliency(draw: Draw, channels: int = 3) -> Look:
    height, width = draw.sample(range(5, 10), 2)
    return draw_saliency(draw, height, width, draw.integer(0, 3), channels)


@SALIENCY.check("the largest absolute gradient over the channels, of every class", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    look = some_saliency(draw)
    for target in CLASSES:
        judge(learner, visible.SALIENCY, look.at(look.args[0], target))
    judge(learner, visible.SALIENCY, some_saliency(draw, channels=2))


@SALIENCY.check("evaluation mode while it looks", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_evaluation_mode(learner, visible.SALIENCY, some_saliency(draw))


@SALIENCY.check("the mode of every part is as it was before", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_modes_back(learner, visible.SALIENCY, some_saliency(draw))


@SALIENCY.check("parameters, stored gradients and hooks are as they were", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    look = some_saliency(draw)
    expect_model_kept(learner, visible.SALIENCY, look, draw)
    expect_hooks_gone(learner, visible.SALIENCY, look)


@SALIENCY.check("the image is left alone, and no graph is kept", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_result_alone(learner, visible.SALIENCY, some_saliency(draw))


@SALIENCY.check("the same on a frozen network", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_works_frozen(learner, visible.SALIENCY, some_saliency(draw))


OCCLUSION_MAP = HiddenChecks(visible.OCCLUSION_MAP)


def some_occlusion(draw: Draw, **settings: float) -> Look:
    # From top to bottom the last square ends at the border, from left to right it does not.
    height, width = draw.choice([8, 10]), draw.choice([7, 9, 11])
    return draw_occlusion(draw, height, width, draw.integer(0, 3), **settings)


@OCCLUSION_MAP.check("the drop of the probability, of every class", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    look = some_occlusion(draw)
    for target in CLASSES:
        judge(learner, visible.OCCLUSION_MAP, look.at(look.args[0], target))


@OCCLUSION_MAP.check("squares of other sizes, at other strides", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    # A stride of 1 or of the square's own size would hide mistakes.
    for size, stride in ((6, 2), (draw.integer(4, 6), 3), (2, draw.integer(3, 4))):
        judge(learner, visible.OCCLUSION_MAP, some_occlusion(draw, size=size, stride=stride))


@OCCLUSION_MAP.check("another fill", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    fill = draw.choice([-1.0, 0.5, 1.5])
    judge(learner, visible.OCCLUSION_MAP, some_occlusion(draw, fill=fill))


@OCCLUSION_MAP.check("evaluation mode while it looks", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_evaluation_mode(learner, visible.OCCLUSION_MAP, some_occlusion(draw))


@OCCLUSION_MAP.check("the mode of every part is as it was before", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_modes_back(learner, visible.OCCLUSION_MAP, some_occlusion(draw))


@OCCLUSION_MAP.check("the image is left alone, and no graph is kept", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_result_alone(learner, visible.OCCLUSION_MAP, some_occlusion(draw))


@OCCLUSION_MAP.check("parameters, stored gradients, hooks and autograd are as they were", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    look = some_occlusion(draw)
    expect_model_kept(learner, visible.OCCLUSION_MAP, look, draw)
    expect_hooks_gone(learner, visible.OCCLUSION_MAP, look)


GRAD_CAM = HiddenChecks(visible.GRAD_CAM)


def some_cam(draw: Draw, layer: str = SECOND_CONVOLUTION) -> Look:
    height, width = draw.sample(range(7, 12), 2)
    return draw_cam(draw, height, width, layer, draw.integer(0, 3))


@GRAD_CAM.check("the heat map of a layer, of every class", points=6)
def _(learner: LearnerCode, draw: Draw) -> None:
    look = some_cam(draw)
    for target in CLASSES:
        judge(learner, visible.GRAD_CAM, look.at(*look.args[:2], target))


@GRAD_CAM.check("where nothing speaks for the target, the map is zero", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    judge(learner, visible.GRAD_CAM, without_evidence(some_cam(draw, FIRST_STAGE)))


@GRAD_CAM.check("evaluation mode while it looks", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_evaluation_mode(learner, visible.GRAD_CAM, some_cam(draw))


@GRAD_CAM.check("the mode of every part is as it was before", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_modes_back(learner, visible.GRAD_CAM, some_cam(draw))


@GRAD_CAM.check("no hook is left", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_hooks_gone(learner, visible.GRAD_CAM, some_cam(draw))


@GRAD_CAM.check("parameters and stored gradients are as they were", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_model_kept(learner, visible.GRAD_CAM, some_cam(draw), draw)


@GRAD_CAM.check("the image is left alone, and no graph is kept", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_result_alone(learner, visible.GRAD_CAM, some_cam(draw))


@GRAD_CAM.check("the same on a frozen network", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_works_frozen(learner, visible.GRAD_CAM, some_cam(draw))
