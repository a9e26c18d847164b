"""`evaluate`: the loop that measures and leaves no trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import nn
from torch.nn import functional as F

from cnnlab.as_found import modes_kept
from cnnlab.check import manners
from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u02_lenet._loops import (
    ACCURACY,
    LOSS,
    NORMALISED,
    Scene,
    agree_on_loop,
    draw_scene,
)
from cnnlab.exercises.u02_lenet._wrong_loops import add_measuring_mistakes, draw_measured_scene
from cnnlab.learner import LearnerCode


@torch.no_grad()
def evaluate(
    model: nn.Module, batches: Iterable[tuple[torch.Tensor, torch.Tensor]]
) -> tuple[float, float]:
    """(mean cross-entropy, accuracy) over all samples; the model is left as it was found."""
    loss_sum, correct, count = 0.0, 0, 0
    with modes_kept(model):
        model.eval()
        for x, y in batches:
            logits = model(x)
            loss_sum += F.cross_entropy(logits, y, reduction="sum").item()
            correct += int((logits.argmax(dim=1) == y).sum())
            count += len(y)
    return loss_sum / count, correct / count


exercise = Exercise("evaluate", {"evaluate": evaluate})
add_measuring_mistakes(exercise)


def expect_evaluation_mode(learner: LearnerCode, scene: Scene) -> None:
    """Every pass of the learner's evaluation runs in evaluation mode."""
    network = scene.network(learner)
    scene.run(learner, "evaluate", on=network)
    manners.expect_evaluation_mode(network)


def expect_no_gradients(learner: LearnerCode, scene: Scene) -> None:
    """The learner's evaluation builds no graph, and leaves autograd on."""
    network = scene.network(learner)
    outcome = scene.run(learner, "evaluate", on=network)
    if any(seen["gradients"] for seen in manners.passes(network)):
        raise Wrong(
            "gradients_tracked",
            "autograd was recording while you measured, which costs memory and time for gradients "
            "you don't need. Run the loop inside `with torch.no_grad():`.",
        )
    manners.expect_autograd_on(outcome)


def expect_modes_kept(
    learner: LearnerCode, scene: Scene, others: bool, parts: Mapping[str, bool]
) -> None:
    """After the learner's evaluation every module is in the mode it was in before.

    Before, all are in training mode if `others` is true, except the named `parts`.
    """
    network = scene.network(learner)
    network.set_modes({**dict.fromkeys(network.modes(), others), **parts})
    before = network.modes()
    scene.run(learner, "evaluate", on=network)
    manners.expect_modes_kept(before, network.modes())


@exercise.visible("loss and accuracy over all samples, with a short last batch")
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_measured_scene(draw, [5, 5, 2])
    agree_on_loop(learner, exercise, scene, LOSS, ACCURACY)


@exercise.visible("evaluation mode while it measures")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_evaluation_mode(learner, draw_scene(draw, [4, 2], NORMALISED))


@exercise.visible("no gradients are recorded while it measures")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_no_gradients(learner, draw_scene(draw, [4, 2], NORMALISED))


@exercise.visible("every part is back in the mode it was in")
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_scene(draw, [4, 2], NORMALISED)
    for training in (True, False):
        expect_modes_kept(learner, scene, training, {})
    for training in (True, False):
        expect_modes_kept(learner, scene, training, {"2": not training})
