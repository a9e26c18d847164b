"""The loop that trains for one epoch, and the loop that measures."""

from __future__ import annotations

from typing import Any

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.loops import (
    ACCURACY,
    AUTOGRAD_OFF,
    GRAPH_KEPT,
    LOSS,
    NORMALISED,
    STATE,
    Scene,
    draw_scene,
    draw_telling_scene,
    judge,
)
from cnnlab.exercises.u02_lenet.wrong_loops import (
    MISMEASURED,
    RIGHT,
    add_measuring_mistakes,
    add_training_mistakes,
)
from cnnlab.learner import LearnerCode, Network
from cnnlab.reference import lenet as ours


def draw_measured_scene(draw: Draw, sizes: list[int], **sgd: Any) -> Scene:
    """A scene in which every mistake of measuring shows. At a learning rate of 0, only those do."""
    return draw_telling_scene(draw, RIGHT, MISMEASURED, (LOSS, ACCURACY), sizes, **sgd)


TRAIN_EPOCH = Exercise("train_epoch", {"train_epoch": ours.train_epoch})
add_training_mistakes(TRAIN_EPOCH)


def expect_training_mode(learner: LearnerCode, scene: Scene) -> None:
    """The learner's epoch runs in training mode, even on a network that comes in the other."""
    network = scene.theirs(learner).eval()
    scene.run_theirs(learner, "train_epoch", on=network)
    passes = _passes(network)
    if not all(seen["training"] for seen in passes):
        raise Wrong(
            "training_mode_forgotten",
            "The network ran in evaluation mode: it may come from an evaluation. Before the first "
            "batch, `model.train()` sets the mode in which dropout drops and batch norm learns.",
        )


def expect_no_graph(learner: LearnerCode, scene: Scene) -> None:
    """The numbers that the learner's epoch returns are numbers, without a past."""
    if scene.run_theirs(learner, "train_epoch")[GRAPH_KEPT]:
        raise Wrong(
            "graph_kept",
            "What you return still holds the graph of every batch: all of them stay in memory to "
            "the end of the epoch. `.item()` takes the number out of a tensor.",
        )


@TRAIN_EPOCH.visible("every batch is one step")
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_scene(draw, [4, 4, 4], lr=0.1)
    judge(TRAIN_EPOCH, scene, scene.run_theirs(learner, "train_epoch"), STATE, LOSS)


@TRAIN_EPOCH.visible("loss and accuracy over all samples, with a short last batch")
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_measured_scene(draw, [4, 4, 2], lr=0.0)
    judge(TRAIN_EPOCH, scene, scene.run_theirs(learner, "train_epoch"), LOSS, ACCURACY)
    expect_no_graph(learner, scene)


@TRAIN_EPOCH.visible("the network trains in training mode")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_training_mode(learner, draw_scene(draw, [4, 4], NORMALISED, lr=0.1))


EVALUATE = Exercise("evaluate", {"evaluate": ours.evaluate})
add_measuring_mistakes(EVALUATE)


def expect_evaluation_mode(learner: LearnerCode, scene: Scene) -> None:
    """Every pass of the learner's evaluation runs in evaluation mode."""
    network = scene.theirs(learner)
    scene.run_theirs(learner, "evaluate", on=network)
    if any(seen["training"] for seen in _passes(network)):
        raise Wrong(
            "evaluation_mode_forgotten",
            "The network ran in training mode: dropout dropped, and batch norm learned from the "
            "data you measure on. Call `model.eval()` before the first batch.",
        )


def expect_no_gradients(learner: LearnerCode, scene: Scene) -> None:
    """The learner's evaluation builds no graph, and leaves autograd on."""
    network = scene.theirs(learner)
    trace = scene.run_theirs(learner, "evaluate", on=network)
    if any(seen["gradients"] for seen in _passes(network)):
        raise Wrong(
            "gradients_tracked",
            "autograd was recording while you measured. It costs memory and time, and nobody asks "
            "for the gradients. Run the loop inside `with torch.no_grad():`.",
        )
    expect_autograd_on(trace)


def expect_autograd_on(trace: dict[str, Any]) -> None:
    """Who trains next needs autograd."""
    if trace[AUTOGRAD_OFF]:
        raise Wrong(
            "autograd_left_off",
            "autograd is still off when you have measured, so that nothing could be trained any "
            "more. `with torch.no_grad():` turns it on again at the end of its block.",
        )


def expect_modes_restored(learner: LearnerCode, scene: Scene, modes: dict[str, bool]) -> None:
    """After the learner's evaluation every submodule is in the mode it was in before."""
    network = scene.theirs(learner)
    network.set_modes({**dict.fromkeys(network.modes(), True), **modes})
    before = network.modes()
    scene.run_theirs(learner, "evaluate", on=network)
    after = network.modes()
    if after == before:
        return
    if not any(after.values()):
        raise Wrong(
            "left_in_evaluation_mode",
            "The network came in training mode and goes in evaluation mode. Training would go on "
            "without dropout: give it back the mode it had.",
        )
    if len(set(before.values())) == 1 and len(set(after.values())) == 2:
        raise Wrong(
            "restored_in_part",
            "Some parts of the network have their mode back and others have not. Is every part "
            "reached, or does a `return` stand inside the loop?",
        )
    if not any(before.values()):
        raise Wrong(
            "always_training_afterwards",
            "The network came in evaluation mode and goes in training mode. Remember the mode it "
            "had, and give that back.",
        )
    raise Wrong(
        "modes_of_parts_lost",
        "Some parts of the network were in another mode than the rest, as a frozen batch norm is. "
        "train() and eval() set them all alike: remember the mode of each module.",
    )


def _passes(network: Network) -> list[dict[str, bool]]:
    seen = network.witnessed()
    if not seen:
        raise Wrong("network_not_used", "The network was never called on a batch.")
    return seen


@EVALUATE.visible("loss and accuracy over all samples, with a short last batch")
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_measured_scene(draw, [4, 4, 2])
    judge(EVALUATE, scene, scene.run_theirs(learner, "evaluate"), LOSS, ACCURACY)


@EVALUATE.visible("evaluation mode while it measures")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_evaluation_mode(learner, draw_scene(draw, [4, 2], NORMALISED))


@EVALUATE.visible("autograd rests while it measures, and only then")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_no_gradients(learner, draw_scene(draw, [4, 2], NORMALISED))


@EVALUATE.visible("the mode is as it was before")
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_scene(draw, [4, 2], NORMALISED)
    everything = scene.theirs(learner).modes()
    expect_modes_restored(learner, scene, {})
    expect_modes_restored(learner, scene, dict.fromkeys(everything, False))
