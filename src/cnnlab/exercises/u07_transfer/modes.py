"""Training mode for a network whose frozen batch norms must stand still."""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.check.compare import Wrong
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
from cnnlab.learner import LearnerCode
from cnnlab.reference import transfer as ours

FROZEN_BACKBONE_TRAIN = Exercise(
    "frozen_backbone_train", {"frozen_backbone_train": ours.frozen_backbone_train}
)


def _norms(model: nn.Module) -> list[nn.BatchNorm2d]:
    return [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]


def _is_frozen(module: nn.Module) -> bool:
    return not any(p.requires_grad for p in module.parameters())


_NORMS_STILL_LEARN = (
    "frozen_norms_still_learn",
    "Frozen batch norms are in training mode: they normalise by the batch at hand, and their "
    "running statistics move although no gradient reaches them. If you set them to evaluation mode "
    "and then call `model.train()`, that switches every part back.",
)


@FROZEN_BACKBONE_TRAIN.mistake(*_NORMS_STILL_LEARN)
def _(model):
    return model.train()


@FROZEN_BACKBONE_TRAIN.mistake(
    "modes_untouched",
    "The modes are as they were. The network may come from an evaluation: put it into training "
    "mode first, then treat the frozen batch norms.",
)
def _(model):
    return model


@FROZEN_BACKBONE_TRAIN.mistake(
    "evaluation_mode_everywhere",
    "The whole network is in evaluation mode: dropout does not drop, and batch norms that may "
    "learn do not. Only frozen batch norms belong there.",
)
def _(model):
    return model.eval()


@FROZEN_BACKBONE_TRAIN.mistake(
    "all_norms_stopped",
    "You put every batch norm into evaluation mode. Those whose parameters may learn should learn "
    "their statistics as well: ask each one whether it is frozen.",
)
def _(model):
    model.train()
    for norm in _norms(model):
        norm.eval()
    return model


@FROZEN_BACKBONE_TRAIN.mistake(
    "dropout_stopped_too",
    "A dropout is in evaluation mode. It has no parameters, so it cannot be frozen: of the parts "
    "without trainable parameters only batch norms are meant.",
)
def _(model):
    model.train()
    for part in model.modules():
        if part is not model and _is_frozen(part):
            part.eval()
    return model


@FROZEN_BACKBONE_TRAIN.mistake(
    "dropout_stopped_too",
    "A dropout is in evaluation mode, since `stage.eval()` reaches everything inside a frozen "
    "stage. Only its batch norms are meant.",
)
def _(model):
    model.train()
    for part in model.children():
        if next(part.parameters(), None) is not None and _is_frozen(part):
            part.eval()
    return model


@FROZEN_BACKBONE_TRAIN.mistake(
    "wrong_way_round",
    "It is the other way round: frozen batch norms stand still, and the others learn.",
)
def _(model):
    model.train()
    for norm in _norms(model):
        norm.train(_is_frozen(norm))
    return model


@FROZEN_BACKBONE_TRAIN.mistake(
    "only_direct_children",
    "You reach only the batch norms that are direct parts of the network. The others lie in "
    "blocks within stages: `model.modules()` visits all of them.",
)
def _(model):
    model.train()
    for part in model.children():
        if isinstance(part, nn.BatchNorm2d) and _is_frozen(part):
            part.eval()
    return model


@FROZEN_BACKBONE_TRAIN.mistake(
    "freezes_norms",
    "You freeze batch norms that may learn. This function sets modes; what may learn has been "
    "decided before.",
)
def _(model):
    model.train()
    for norm in _norms(model):
        norm.eval().requires_grad_(False)
    return model


@FROZEN_BACKBONE_TRAIN.mistake(
    "freezes_norms",
    "You freeze batch norms that may learn. This function sets modes; what may learn has been "
    "decided before.",
)
def _(model):
    model.train()
    for norm in _norms(model):
        norm.requires_grad_(False)
    return model


def expect_modes(learner: LearnerCode, scene: Scene) -> None:
    """Afterwards everything trains but frozen batch norms; nothing else has changed."""
    _, trace = scene.run_theirs(learner, "frozen_backbone_train")
    parts = (MODES, TRAINABLE, RETURNED, LAYERS, SHAPES, VALUES)
    judge(FROZEN_BACKBONE_TRAIN, "frozen_backbone_train", scene, trace, parts=parts)


def expect_frozen_statistics(learner: LearnerCode, scene: Scene, draw: Draw) -> None:
    """A pass in the mode that is set moves the statistics of exactly the batch norms that learn."""
    network, _ = scene.run_theirs(learner, "frozen_backbone_train")
    before = network.buffers()
    network.forward(draw.normal(5, 3, 8, 9, dtype=torch.float32))
    after = network.buffers()
    trainable = {name: p.requires_grad for name, p in scene.ours().named_parameters()}
    for name in before:
        norm, _, statistic = name.rpartition(".")
        if statistic not in ("running_mean", "running_var"):
            continue
        moved = not bool((before[name] == after[name]).all())
        if moved and not trainable[f"{norm}.weight"]:
            raise Wrong(*_NORMS_STILL_LEARN)
        if not moved and trainable[f"{norm}.weight"]:
            raise Wrong(
                "trainable_norms_stopped",
                "A batch norm that may learn keeps its old running statistics.",
                f"It is `{norm}`.",
            )


@FROZEN_BACKBONE_TRAIN.visible("frozen batch norms stand still, everything else trains")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_modes(learner, draw_scene(draw, frozen=("conv1", "bn1", "layer1", "layer2")))


@FROZEN_BACKBONE_TRAIN.visible("a network that comes from an evaluation")
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_scene(draw, frozen=("conv1", "bn1", "layer1"))
    expect_modes(learner, in_evaluation_mode(scene))


@FROZEN_BACKBONE_TRAIN.visible("the running statistics, after a batch")
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_scene(draw, frozen=("conv1", "bn1", "layer1", "layer2"))
    expect_frozen_statistics(learner, scene, draw)


def in_evaluation_mode(scene: Scene) -> Scene:
    """The same scene, every part of the network in evaluation mode."""
    names = [name for name, _ in scene.ours().named_modules()]
    return Scene(
        scene.widths, scene.num_classes, scene.state, scene.frozen, dict.fromkeys(names, False)
    )
