"""`freeze_and_replace`: freezing a network, giving it a new head, counting what may still learn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import explain
from cnnlab.exercises.u07_transfer._scenes import (
    LAYERS,
    MODES,
    RETURNED,
    SAME,
    SHAPES,
    STEM,
    TRAINABLE,
    VALUES,
    Scene,
    agree_on_work,
    draw_scene,
)
from cnnlab.exercises.u07_transfer.freeze_and_replace_mistakes import (
    add_count_mistakes,
    add_freeze_mistakes,
)
from cnnlab.exercises.u07_transfer.replace_head_mistakes import add_head_mistakes
from cnnlab.learner import LearnerCode, Network


def freeze(module: nn.Module) -> nn.Module:
    """No parameter of `module` learns any more; its modes stay as they are."""
    return module.requires_grad_(False)


def replace_head(model: nn.Module, num_classes: int) -> nn.Module:
    """`model` with a new, trainable `fc` for `num_classes`; nothing else changes."""
    old = model.get_submodule("fc")
    assert isinstance(old, nn.Linear)
    model.fc = nn.Linear(old.in_features, num_classes)
    return model


def count_trainable(model: nn.Module) -> int:
    """How many numbers of the model an optimiser may change."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


exercise = Exercise(
    "freeze_and_replace",
    {"freeze": freeze, "replace_head": replace_head, "count_trainable": count_trainable},
)
add_freeze_mistakes(exercise)
add_head_mistakes(exercise)
add_count_mistakes(exercise)

ONE_LAYER = "what may learn after `freeze` of a single layer"
OUTPUT = "the shape of the output"
START = "what the weights of the new head start from"


def agree_on_freezing(learner: LearnerCode, scene: Scene) -> None:
    """The learner's `freeze` freezes all parameters of the network itself, and nothing else."""

    def one_layer(code: LearnerCode, network: Network) -> Iterator[tuple[str, Any]]:
        another = scene.network(code)
        code.build("freeze", another.part("bn1"))
        yield ONE_LAYER, another.trainable()

    judged = (TRAINABLE, RETURNED, SAME, LAYERS, MODES, SHAPES, VALUES)
    agree_on_work(learner, exercise, scene, judged=judged, of="freeze", and_then=one_layer)


def agree_on_new_head(
    learner: LearnerCode, scene: Scene, num_classes: int, images: torch.Tensor
) -> None:
    """The learner's `replace_head` gives a new trainable `fc`, which works, and changes no more."""

    def the_head(code: LearnerCode, network: Network) -> Iterator[tuple[str, Any]]:
        yield OUTPUT, tuple(network.eval().forward(images).shape)
        yield START, _start_of(network.parameters().get("fc.weight"), scene.state["fc.weight"])

    judged = (SHAPES, TRAINABLE, LAYERS, RETURNED, SAME, MODES, VALUES)
    agree_on_work(
        learner,
        exercise,
        scene,
        num_classes,
        judged=judged,
        of="replace_head",
        and_then=the_head,
    )


def _start_of(weight: torch.Tensor | None, old: torch.Tensor) -> str:
    if weight is None or weight.shape[1:] != old.shape[1:]:
        return "another layer"
    if bool((weight[:, None] == old).all(dim=2).any()):
        return "rows of the old head"
    if len(weight.unique()) < weight.numel() / 2:
        return "a constant or a pattern"
    return "random numbers"


def agree_on_count(learner: LearnerCode, scene: Scene) -> None:
    """The learner's `count_trainable` counts the numbers that may learn."""

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        counted = code.call("count_trainable", scene.network(code).ref)
        yield "the result of `count_trainable`", counted

    explain(learner, exercise, observe, of="count_trainable")


@exercise.visible("freeze: nothing may learn any more, modes stay")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_freezing(learner, draw_scene(draw))


@exercise.visible("replace_head: a new trainable fc, the rest as it was")
def _(learner: LearnerCode, draw: Draw) -> None:
    images = draw.normal(2, 3, 8, 9, dtype=torch.float32)
    agree_on_new_head(learner, draw_scene(draw), 9, images)
    agree_on_new_head(learner, draw_scene(draw, frozen=("conv1", "layer")), 9, images)


@exercise.visible("count_trainable: numbers, not tensors, and no frozen ones")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_count(learner, draw_scene(draw))
    agree_on_count(learner, draw_scene(draw, frozen=(*STEM, "layer1")))
    agree_on_count(learner, draw_scene(draw, frozen=("conv1",), modes={"layer2.0.bn1": False}))
