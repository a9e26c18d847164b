"""`train_epoch`: the loop that trains for one epoch."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import torch
from torch import nn
from torch.nn import functional as F

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.manners import expect_no_graph, passes
from cnnlab.exercises.u02_lenet._loops import (
    ACCURACY,
    LOSS,
    NORMALISED,
    PASSES,
    STATE,
    Loop,
    Scene,
    agree_on_loop,
    draw_scene,
)
from cnnlab.exercises.u02_lenet._wrong_loops import (
    add_measuring_mistakes,
    draw_measured_scene,
    loop_with,
    of_sums,
)
from cnnlab.learner import LearnerCode


def train_epoch(
    model: nn.Module,
    batches: Iterable[tuple[torch.Tensor, torch.Tensor]],
    optimizer: torch.optim.Optimizer,
) -> tuple[float, float]:
    """One step for every batch → (mean cross-entropy, accuracy) over all samples.

    Both are taken from the outputs that the steps were computed from, before each step.
    """
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        correct += int((logits.argmax(dim=1) == y).sum())
        count += len(y)
    return loss_sum / count, correct / count


exercise = Exercise("train_epoch", {"train_epoch": train_epoch})

MEASURED_AFTER = loop_with(measure_after=True)
PILED_UP = loop_with(order=("backward", "step"))

_MISTAKES: tuple[tuple[str, str, Loop], ...] = (
    (
        "gradients_pile_up",
        "Each step also uses the gradients of all earlier batches, because backward() *adds* to "
        "the stored ones. Call `optimizer.zero_grad()` for every batch.",
        PILED_UP,
    ),
    (
        "no_gradient_at_step",
        "The network doesn't learn: there was no gradient when step() ran. Either backward() is "
        "missing, or zero_grad() comes between backward() and step() and throws it away.",
        loop_with(order=("backward", "zero_grad", "step")),
    ),
    (
        "no_step",
        "The network doesn't learn: gradients are computed, but no step uses them. Is step() "
        "missing, or its parentheses, or does it come before backward()?",
        loop_with(order=("zero_grad", "backward")),
    ),
    (
        "one_step_for_all_batches",
        "You take one step for the whole epoch, using the gradients of all batches together. Take "
        "one step per batch.",
        loop_with(order=("backward",), step_at_the_end=True),
    ),
    (
        "summed_loss_for_the_step",
        "You step along the gradient of the *summed* loss, so the step grows with the batch. Use "
        "the mean over the batch.",
        loop_with(of_sums, loss_of=partial(F.cross_entropy, reduction="sum")),
    ),
    (
        "measured_after_the_step",
        "Your numbers come from running each batch again after its step. Use the logits the step "
        "was computed from: a second pass costs time and measures something else.",
        MEASURED_AFTER,
    ),
    (
        "batch_run_twice",
        "You run each batch through the network twice. Measure with the logits the step was "
        "computed from.",
        loop_with(measure_before=True),
    ),
)

for _mistake, _message, _loop in _MISTAKES:
    exercise.mistake(_mistake, _message)(_loop)
add_measuring_mistakes(exercise)


def expect_training_mode(learner: LearnerCode, scene: Scene) -> None:
    """The learner's epoch runs in training mode, even on a network that comes in the other."""
    network = scene.network(learner).eval()
    scene.run(learner, "train_epoch", on=network)
    if not all(seen["training"] for seen in passes(network)):
        raise Wrong(
            "training_mode_forgotten",
            "The network ran in eval mode, because it may arrive in it. Call `model.train()` "
            "before the first batch.",
        )


def expect_plain_numbers(learner: LearnerCode, scene: Scene) -> None:
    """The numbers that the learner's epoch returns are numbers, without a past."""
    expect_no_graph(scene.run(learner, "train_epoch", on=scene.network(learner)))


@exercise.visible("every batch is one step")
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_scene(draw, [4, 4, 4], lr=0.1)
    agree_on_loop(learner, exercise, scene, STATE, LOSS, PASSES)


@exercise.visible("loss and accuracy over all samples, with a short last batch")
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_measured_scene(draw, [5, 5, 2], lr=0.0)
    agree_on_loop(learner, exercise, scene, LOSS, ACCURACY)
    expect_plain_numbers(learner, scene)


@exercise.visible("the network trains in training mode")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_training_mode(learner, draw_scene(draw, [4, 4], NORMALISED, lr=0.1))
