"""`frozen_backbone_train`: training mode for a network whose frozen batch norms stand still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
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
from cnnlab.learner import LearnerCode, Network


def frozen_backbone_train(model: nn.Module) -> nn.Module:
    """Training mode, but evaluation mode for batch norms that have no trainable parameter."""
    model.train()
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.train(any(p.requires_grad for p in module.parameters()))
    return model


exercise = Exercise("frozen_backbone_train", {"frozen_backbone_train": frozen_backbone_train})


def _norms(model: nn.Module) -> list[nn.BatchNorm2d]:
    return [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]


def _is_frozen(module: nn.Module) -> bool:
    return not any(p.requires_grad for p in module.parameters())


@exercise.mistake(
    "frozen_norms_still_learn",
    "Frozen batch norms are in training mode: they normalise with the batch, and their running "
    "statistics change although no gradient reaches them. If you set them to evaluation mode "
    "and then call `model.train()`, that switches everything back.",
)
def _(model: nn.Module) -> nn.Module:
    return model.train()


@exercise.mistake(
    "modes_untouched",
    "The modes haven't changed. The network may come from an evaluation: put it into training "
    "mode first, then deal with the frozen batch norms.",
)
def _(model: nn.Module) -> nn.Module:
    return model


@exercise.mistake(
    "evaluation_mode_everywhere",
    "The whole network is in evaluation mode: dropout is off, and batch norms that may learn "
    "don't update. Only frozen batch norms belong in evaluation mode.",
)
def _(model: nn.Module) -> nn.Module:
    return model.eval()


@exercise.mistake(
    "all_norms_stopped",
    "You put every batch norm into evaluation mode. Those with trainable parameters should "
    "update their statistics, too: check for each one whether it's frozen.",
)
def _(model: nn.Module) -> nn.Module:
    model.train()
    for norm in _norms(model):
        norm.eval()
    return model


def _training_if(
    learns: Callable[[nn.BatchNorm2d], bool],
) -> Callable[[nn.Module], nn.Module]:
    def frozen_backbone_train(model: nn.Module) -> nn.Module:
        model.train()
        for norm in _norms(model):
            norm.train(learns(norm))
        return model

    return frozen_backbone_train


for _asked, _learns in (
    ("its weight", lambda norm: norm.weight.requires_grad),
    ("its bias", lambda norm: norm.bias.requires_grad),
    (
        "whether both may learn",
        lambda norm: norm.weight.requires_grad and norm.bias.requires_grad,
    ),
):
    exercise.mistake(
        "half_frozen_norms_stopped",
        "A batch norm of which one parameter is frozen and the other may learn is in evaluation "
        f"mode: you ask {_asked}. Only where all its parameters are frozen should it stand still.",
    )(_training_if(_learns))


@exercise.mistake(
    "dropout_stopped_too",
    "A dropout layer is in evaluation mode. It has no parameters, so it can't be frozen. Only "
    "batch norms are meant here.",
)
def _(model: nn.Module) -> nn.Module:
    model.train()
    for part in model.modules():
        if part is not model and _is_frozen(part):
            part.eval()
    return model


@exercise.mistake(
    "dropout_stopped_too",
    "A dropout layer is in evaluation mode, because `stage.eval()` reaches everything inside a "
    "frozen stage. Only its batch norms are meant.",
)
def _(model: nn.Module) -> nn.Module:
    model.train()
    for part in model.children():
        if next(part.parameters(), None) is not None and _is_frozen(part):
            part.eval()
    return model


@exercise.mistake(
    "wrong_way_round",
    "It's the other way round: frozen batch norms are in evaluation mode, the others in "
    "training mode.",
)
def _(model: nn.Module) -> nn.Module:
    return _training_if(_is_frozen)(model)


@exercise.mistake(
    "only_direct_children",
    "You only reach the batch norms that are direct children of the network. The others are in "
    "blocks within stages: `model.modules()` visits all of them.",
)
def _(model: nn.Module) -> nn.Module:
    model.train()
    for part in model.children():
        if isinstance(part, nn.BatchNorm2d) and _is_frozen(part):
            part.eval()
    return model


@exercise.mistake(
    "flag_asked_of_a_module",
    "A batch norm has no `requires_grad`; its parameters have. Ask each of `module.parameters()`.",
)
def _(model: nn.Module) -> nn.Module:
    model.train()
    for norm in _norms(model):
        norm.train(bool(norm.requires_grad))
    return model


_FREEZES_NORMS = (
    "freezes_norms",
    "You freeze batch norms that may learn. This function only sets modes; what may learn was "
    "decided before.",
)


@exercise.mistake(*_FREEZES_NORMS)
def _(model: nn.Module) -> nn.Module:
    model.train()
    for norm in _norms(model):
        norm.eval().requires_grad_(False)
    return model


@exercise.mistake(*_FREEZES_NORMS)
def _(model: nn.Module) -> nn.Module:
    model.train()
    for norm in _norms(model):
        norm.requires_grad_(False)
    return model


HALF_FROZEN = ("layer1.0.bn1.weight", "layer2.0.bn1.bias")
STATISTICS = "which batch norms move their running statistics in a training batch"


def agree_on_modes(learner: LearnerCode, scene: Scene) -> None:
    """Afterwards everything trains but frozen batch norms; nothing else has changed."""
    judged = (MODES, TRAINABLE, RETURNED, SAME, LAYERS, SHAPES, VALUES)
    agree_on_work(learner, exercise, scene, judged=judged)


def agree_on_statistics(learner: LearnerCode, scene: Scene, draw: Draw) -> None:
    """A pass in the mode that is set moves the statistics of exactly the batch norms that learn."""
    batch = draw.normal(5, 3, 8, 9, dtype=torch.float32)

    def statistics(code: LearnerCode, network: Network) -> Iterator[tuple[str, Any]]:
        before = network.buffers()
        network.forward(batch)
        after = network.buffers()
        running = [name for name in before if name.endswith(("running_mean", "running_var"))]
        yield STATISTICS, {name: not torch.equal(before[name], after[name]) for name in running}

    agree_on_work(learner, exercise, scene, judged=(), and_then=statistics)


@exercise.visible("frozen batch norms stand still, everything else trains")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_modes(learner, draw_scene(draw, frozen=(*STEM, "layer1", "layer2")))
    agree_on_modes(learner, draw_scene(draw, frozen=(*STEM, *HALF_FROZEN)))


@exercise.visible("a network that comes from an evaluation")
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_scene(draw, frozen=(*STEM, "layer1"))
    agree_on_modes(learner, scene.in_evaluation_mode())


@exercise.visible("the running statistics, after a batch")
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_scene(draw, frozen=(*STEM, "layer1", "layer2"))
    agree_on_statistics(learner, scene, draw)
