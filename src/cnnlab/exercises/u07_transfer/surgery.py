"""Freezing a network, giving it a new head, and counting what is left to learn."""

from __future__ import annotations

import copy

import torch
from torch import nn

from cnnlab.check.compare import Wrong, expect
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u07_transfer.scenes import (
    LAYERS,
    MODES,
    RETURNED,
    SHAPES,
    TRAINABLE,
    VALUES,
    Scene,
    draw_scene,
    judge,
)
from cnnlab.exercises.u07_transfer.wrong_heads import WORKS_ON_A_COPY, add_head_mistakes
from cnnlab.learner import LearnerCode
from cnnlab.reference import transfer as ours

FREEZE_AND_REPLACE = Exercise(
    "freeze_and_replace",
    {
        "freeze": ours.freeze,
        "replace_head": ours.replace_head,
        "count_trainable": ours.count_trainable,
    },
)
add_head_mistakes(FREEZE_AND_REPLACE)


# freeze


@FREEZE_AND_REPLACE.mistake(
    "nothing_frozen",
    "Every parameter may still learn. `requires_grad` belongs to the parameters: on a module it is "
    "just a new attribute that nobody reads, and evaluation mode is about batch norm and dropout.",
    of="freeze",
)
def _(module):
    return module


@FREEZE_AND_REPLACE.mistake(
    "modes_changed",
    "All parameters are frozen, but you also changed the modes. Freezing and evaluation mode are "
    "two different switches; this function turns only the first.",
    of="freeze",
)
def _(module):
    return ours.freeze(module).eval()


@FREEZE_AND_REPLACE.mistake(*WORKS_ON_A_COPY, of="freeze")
def _(module):
    return ours.freeze(copy.deepcopy(module))


@FREEZE_AND_REPLACE.mistake(
    "only_weights_frozen",
    "Parameters called `weight` are frozen, and those called `bias` may still learn. Batch norms "
    "and the head have both.",
    of="freeze",
)
def _(module):
    for name, parameter in module.named_parameters():
        parameter.requires_grad = not name.endswith("weight")
    return module


@FREEZE_AND_REPLACE.mistake(
    "convolutions_only",
    "Only convolutions and dense layers are frozen. Batch norms have parameters too.",
    of="freeze",
)
def _(module):
    for part in module.modules():
        if isinstance(part, (nn.Conv2d, nn.Linear)):
            part.requires_grad_(False)
    return module


@FREEZE_AND_REPLACE.mistake(
    "head_left_out",
    "The head may still learn. `freeze` freezes all of the module it is given; which part may "
    "learn is decided elsewhere.",
    of="freeze",
)
def _(module):
    ours.freeze(module)
    module.fc.requires_grad_(True)
    return module


@FREEZE_AND_REPLACE.mistake(
    "only_direct_parameters",
    "Only parameters that a module holds directly are frozen. A network holds modules that hold "
    "modules that hold parameters: reach all of them.",
    of="freeze",
)
def _(module):
    for part in module.children():
        for parameter in part.parameters(recurse=False):
            parameter.requires_grad = False
    return module


# count_trainable


@FREEZE_AND_REPLACE.mistake(
    "counts_everything", "You count frozen parameters too.", of="count_trainable"
)
def _(model):
    return sum(p.numel() for p in model.parameters())


@FREEZE_AND_REPLACE.mistake(
    "counts_tensors",
    "You count parameter tensors. Asked for is how many numbers they hold.",
    of="count_trainable",
)
def _(model):
    return sum(1 for p in model.parameters() if p.requires_grad)


@FREEZE_AND_REPLACE.mistake(
    "counts_the_frozen", "You count what is frozen, not what may learn.", of="count_trainable"
)
def _(model):
    return sum(p.numel() for p in model.parameters() if not p.requires_grad)


@FREEZE_AND_REPLACE.mistake(
    "counts_weights_only",
    "You count parameters called `weight` only. Biases learn too.",
    of="count_trainable",
)
def _(model):
    return sum(
        p.numel() for n, p in model.named_parameters() if p.requires_grad and n.endswith("weight")
    )


@FREEZE_AND_REPLACE.mistake(
    "counts_modes",
    "You leave out parts in evaluation mode. A mode freezes nothing: `requires_grad` of each "
    "parameter says whether it may learn.",
    of="count_trainable",
)
def _(model):
    return sum(
        p.numel() for m in model.modules() if m.training for p in m.parameters(recurse=False)
    )


# The questions


def expect_frozen(learner: LearnerCode, scene: Scene) -> None:
    """The learner's `freeze` freezes all parameters of the network itself, and nothing else."""
    _, trace = scene.run_theirs(learner, "freeze")
    parts = (TRAINABLE, RETURNED, LAYERS, MODES, SHAPES, VALUES)
    judge(FREEZE_AND_REPLACE, "freeze", scene, trace, parts=parts)


def expect_new_head(
    learner: LearnerCode, scene: Scene, num_classes: int, images: torch.Tensor
) -> None:
    """The learner's `replace_head` gives a new trainable `fc`, which works, and changes no more."""
    network, trace = scene.run_theirs(learner, "replace_head", num_classes)
    parts = (SHAPES, TRAINABLE, LAYERS, RETURNED, MODES, VALUES)
    judge(FREEZE_AND_REPLACE, "replace_head", scene, trace, num_classes, parts=parts)
    output = network.eval().forward(images)
    if tuple(output.shape) != (len(images), num_classes):
        raise Wrong(
            "wrong_shape", "The network does not give one logit for each of the new classes."
        )
    rows = min(num_classes, scene.num_classes)
    if torch.equal(network.parameters()["fc.weight"][:rows], scene.state["fc.weight"][:rows]):
        raise Wrong(
            "old_rows_kept",
            "The new head still holds rows of the old one. They stand for the old classes; the "
            "new ones have nothing to do with them.",
        )


def expect_count(learner: LearnerCode, scene: Scene) -> None:
    """The learner's `count_trainable` counts the numbers that may learn."""
    given = scene.theirs(learner)
    mistakes = [
        (s.id, s.message, lambda wrong=s.wrong: wrong(scene.ours()))
        for s in FREEZE_AND_REPLACE.mistakes_of("count_trainable")
    ]
    expect(
        learner.call("count_trainable", given.ref),
        ours.count_trainable(scene.ours()),
        "the result of `count_trainable`",
        mistakes,
    )


@FREEZE_AND_REPLACE.visible("freeze: nothing may learn any more, modes stay")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_frozen(learner, draw_scene(draw))


@FREEZE_AND_REPLACE.visible("replace_head: a new trainable fc, the rest as it was")
def _(learner: LearnerCode, draw: Draw) -> None:
    images = draw.normal(2, 3, 8, 9, dtype=torch.float32)
    expect_new_head(learner, draw_scene(draw), 9, images)
    expect_new_head(learner, draw_scene(draw, frozen=("conv1", "layer")), 9, images)


@FREEZE_AND_REPLACE.visible("count_trainable: numbers, not tensors, and no frozen ones")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_count(learner, draw_scene(draw))
    expect_count(learner, draw_scene(draw, frozen=("conv1", "bn1", "layer1")))
    expect_count(learner, draw_scene(draw, frozen=("conv1",), modes={"layer2.0.bn1": False}))
