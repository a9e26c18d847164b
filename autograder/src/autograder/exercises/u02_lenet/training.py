"""Hidden checks of the loop that trains and the loop that measures."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.compare import Wrong, agrees
from cnnlab.check.draw import Draw
from cnnlab.check.loops import (
    ACCURACY,
    GRADIENTS,
    LOSS,
    NORMALISED,
    STATE,
    draw_scene,
    draw_telling_scene,
    judge,
    judge_stream,
)
from cnnlab.exercises import u02_lenet as visible
from cnnlab.exercises.u02_lenet.training import (
    draw_measured_scene,
    expect_autograd_on,
    expect_evaluation_mode,
    expect_modes_restored,
    expect_no_gradients,
    expect_no_graph,
    expect_training_mode,
)
from cnnlab.exercises.u02_lenet.wrong_loops import MEASURED_AFTER, PILED_UP, RIGHT
from cnnlab.learner import LearnerCode

TRAIN_EPOCH = HiddenChecks(visible.TRAIN_EPOCH)


@TRAIN_EPOCH.check("one step for every batch, with momentum", points=6)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_scene(draw, [5, 4, 5, 3], lr=0.1, momentum=0.9)
    judge(visible.TRAIN_EPOCH, scene, scene.run_theirs(learner, "train_epoch"), STATE)


@TRAIN_EPOCH.check("loss and accuracy of the outputs that the steps used", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    # In a network that is dead by chance, gradients that pile up change nothing.
    wrong = [MEASURED_AFTER, PILED_UP]
    scene = draw_telling_scene(draw, RIGHT, wrong, (LOSS, ACCURACY), [5, 5, 5], lr=0.2)
    judge(visible.TRAIN_EPOCH, scene, scene.run_theirs(learner, "train_epoch"), LOSS, ACCURACY)


@TRAIN_EPOCH.check("the mean loss, the last batch short", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_measured_scene(draw, [5, 5, 5, draw.integer(1, 2)], lr=0.0)
    judge(visible.TRAIN_EPOCH, scene, scene.run_theirs(learner, "train_epoch"), LOSS)


@TRAIN_EPOCH.check("the accuracy, the last batch short", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_measured_scene(draw, [5, 5, 5, draw.integer(1, 2)], lr=0.0)
    judge(visible.TRAIN_EPOCH, scene, scene.run_theirs(learner, "train_epoch"), ACCURACY)


@TRAIN_EPOCH.check("training mode, also after an evaluation", points=1.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_training_mode(learner, draw_scene(draw, [5, 4, 3], NORMALISED, lr=0.1))


@TRAIN_EPOCH.check("batches that come only once and have no length", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_scene(draw, [4, 4, 4], lr=0.1)
    judge_stream(learner, visible.TRAIN_EPOCH, scene, STATE, LOSS, ACCURACY)


@TRAIN_EPOCH.check("what is returned holds no graph", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_no_graph(learner, draw_scene(draw, [5, 5, 2], lr=0.1))


EVALUATE = HiddenChecks(visible.EVALUATE)


@EVALUATE.check("the mean loss, the last batch short", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_measured_scene(draw, [5, 5, 5, draw.integer(1, 2)])
    judge(visible.EVALUATE, scene, scene.run_theirs(learner, "evaluate"), LOSS)


@EVALUATE.check("the accuracy, the last batch short", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_measured_scene(draw, [5, 5, 5, draw.integer(1, 2)])
    judge(visible.EVALUATE, scene, scene.run_theirs(learner, "evaluate"), ACCURACY)


@EVALUATE.check("evaluation mode while it measures", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_evaluation_mode(learner, draw_scene(draw, [5, 5, 2], NORMALISED))


@EVALUATE.check("autograd rests while it measures, and only then", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_no_gradients(learner, draw_scene(draw, [5, 5, 2], NORMALISED))


@EVALUATE.check("the mode is as it was before, for training and for evaluation", points=1.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_scene(draw, [5, 2], NORMALISED)
    everything = scene.theirs(learner).modes()
    expect_modes_restored(learner, scene, {})
    expect_modes_restored(learner, scene, dict.fromkeys(everything, False))


@EVALUATE.check("the mode of every part is as it was before", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_scene(draw, [5, 2], NORMALISED)
    # "" is the network itself; whichever mode it is in, one part is in the other.
    part = draw.choice(["2", "4"])
    expect_modes_restored(learner, scene, {part: False})
    others = dict.fromkeys(scene.theirs(learner).modes(), False)
    expect_modes_restored(learner, scene, {**others, part: True})


@EVALUATE.check("parameters, buffers, gradients and autograd are as they were", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_scene(draw, [5, 5, 2], NORMALISED)
    network = scene.theirs(learner)
    before = {**network.parameters(), **network.buffers()}
    # Some gradients are there and some are not: neither may be cleared, added to, or filled.
    network.load_gradients(
        {name: draw.normal(*before[name].shape).float() for name in ("1.weight", "6.bias")}
    )
    gradients = network.stored_gradients()
    after = scene.run_theirs(learner, "evaluate", on=network)
    if not network.witnessed():
        raise Wrong("network_not_used", "The network was never called on a batch.")
    if not agrees(after[STATE], before):
        raise Wrong(
            "network_changed",
            "Measuring changed the network's parameters or buffers. They should be what they were.",
        )
    if not agrees(after[GRADIENTS], gradients):
        raise Wrong(
            "gradients_changed",
            "Measuring changed the gradients stored in the network. They belong to the training "
            "that goes on afterwards: neither clear them nor add to them.",
        )
    expect_autograd_on(after)


@EVALUATE.check("batches that come only once and have no length", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    judge_stream(learner, visible.EVALUATE, draw_scene(draw, [4, 4, 4]), LOSS, ACCURACY)
