"""Hidden checks of `train_epoch`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u02_lenet._loops import (
    ACCURACY,
    LOSS,
    NORMALISED,
    PASSES,
    STATE,
    agree_on_loop,
    agree_on_stream,
    draw_scene,
    draw_telling_scene,
)
from cnnlab.exercises.u02_lenet._wrong_loops import RIGHT, draw_measured_scene
from cnnlab.exercises.u02_lenet.train_epoch import (
    MEASURED_AFTER,
    PILED_UP,
    exercise,
    expect_plain_numbers,
    expect_training_mode,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("one step for every batch, with momentum", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_scene(draw, [5, 4, 5, 3], lr=0.1, momentum=0.9)
    agree_on_loop(learner, exercise, scene, STATE)


@hidden.check("loss and accuracy of the logits that the steps used", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_telling_scene(
        lambda: draw_scene(draw, [5, 5, 5], lr=0.5),
        RIGHT,
        [MEASURED_AFTER, PILED_UP],
        (LOSS, ACCURACY),
    )
    agree_on_loop(learner, exercise, scene, LOSS, ACCURACY, PASSES)


@hidden.check("the mean loss, with a short last batch", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_measured_scene(draw, [5, 5, 5, draw.integer(1, 2)], lr=0.0)
    agree_on_loop(learner, exercise, scene, LOSS)


@hidden.check("the accuracy, with a short last batch", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_measured_scene(draw, [5, 5, 5, draw.integer(1, 2)], lr=0.0)
    agree_on_loop(learner, exercise, scene, ACCURACY)


@hidden.check("training mode, also after an evaluation", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_training_mode(learner, draw_scene(draw, [5, 4, 3], NORMALISED, lr=0.1))


@hidden.check("batches from a generator, without a length", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_scene(draw, [4, 4, 4], lr=0.1)
    agree_on_stream(learner, exercise, scene, STATE, LOSS, ACCURACY)


@hidden.check("the numbers returned hold no graph", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_plain_numbers(learner, draw_scene(draw, [5, 5, 2], lr=0.1))
