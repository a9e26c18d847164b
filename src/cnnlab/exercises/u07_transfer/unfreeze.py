"""`unfreeze`: which stages may learn beside the head."""

from __future__ import annotations

from collections.abc import Iterable

from torch import nn

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u07_transfer._scenes import (
    EVERYTHING,
    LAYERS,
    MODES,
    RETURNED,
    SAME,
    SHAPES,
    TRAINABLE,
    VALUES,
    Scene,
    agree_on_work,
    draw_scene,
    stages_of,
)
from cnnlab.learner import LearnerCode


def unfreeze(model: nn.Module, stages: int) -> nn.Module:
    """The head and the last `stages` of layer1, layer2, … may learn, and nothing else."""
    model.requires_grad_(False)
    names = [name for name, _ in model.named_children() if name.startswith("layer")]
    for name in ["fc", *names[len(names) - stages :]]:
        model.get_submodule(name).requires_grad_(True)
    return model


exercise = Exercise("unfreeze", {"unfreeze": unfreeze})


def _head(model: nn.Module) -> nn.Module:
    return model.get_submodule("fc")


def _only(model: nn.Module, parts: Iterable[nn.Module], head: bool = True) -> nn.Module:
    model.requires_grad_(False)
    for part in [*parts, *([_head(model)] if head else [])]:
        part.requires_grad_(True)
    return model


@exercise.mistake(
    "zero_stages_are_all",
    "With 0 stages, all of them are trainable. A slice that starts at -0 starts at 0 and takes "
    "everything: count from the front instead, or treat 0 separately.",
)
def _(model: nn.Module, stages: int) -> nn.Module:
    return _only(model, stages_of(model)[-stages:])


@exercise.mistake(
    "nothing_frozen_again",
    "Parts that were trainable before still are. Freeze everything first, then unfreeze what's "
    "asked for: the function may be called on a network in any state.",
)
def _(model: nn.Module, stages: int) -> nn.Module:
    for part in (_head(model), *stages_of(model)[len(stages_of(model)) - stages :]):
        part.requires_grad_(True)
    return model


@exercise.mistake(
    "attribute_on_the_module",
    "You set `requires_grad` on the stages and the head themselves, where it's just a new "
    "attribute that PyTorch never reads, so they stay frozen. Set it on their parameters: "
    "`part.requires_grad_(True)` does.",
)
def _(model: nn.Module, stages: int) -> nn.Module:
    model.requires_grad_(False)
    for part in (_head(model), *stages_of(model)[len(stages_of(model)) - stages :]):
        part.__dict__["requires_grad"] = True
    return model


@exercise.mistake(
    "first_stages",
    "You unfreeze the stages next to the images. Unfreeze the last ones, next to the head: "
    "their features are the most specialised for the old task.",
)
def _(model: nn.Module, stages: int) -> nn.Module:
    return _only(model, stages_of(model)[:stages])


@exercise.mistake(
    "head_left_frozen",
    "The stages are right, but the head is frozen. It's new, so it has to learn in any case.",
)
def _(model: nn.Module, stages: int) -> nn.Module:
    return _only(model, stages_of(model)[len(stages_of(model)) - stages :], head=False)


@exercise.mistake(
    "one_stage_only",
    "Only one stage is trainable. Unfreeze all of them from there to the head.",
)
def _(model: nn.Module, stages: int) -> nn.Module:
    return _only(model, [stages_of(model)[-stages]] if stages else [])


@exercise.mistake(
    "one_stage_only",
    "Only the last stage is trainable. `stages` says how many of them, counted from the head.",
)
def _(model: nn.Module, stages: int) -> nn.Module:
    return _only(model, stages_of(model)[-1:] if stages else [])


_STAGE_COUNT_ASSUMED = (
    "stage_count_assumed",
    "You assume a certain number of stages. ResNet-18 has four, the shipped network three: find"
    " out how many this one has.",
)


@exercise.mistake(*_STAGE_COUNT_ASSUMED)
def _(model: nn.Module, stages: int) -> nn.Module:
    return _only(model, [model.get_submodule(f"layer{3 - k}") for k in range(stages)])


@exercise.mistake(*_STAGE_COUNT_ASSUMED)
def _(model: nn.Module, stages: int) -> nn.Module:
    return _only(model, stages_of(model)[:3][3 - stages :])


@exercise.mistake(*_STAGE_COUNT_ASSUMED)
def _(model: nn.Module, stages: int) -> nn.Module:
    opened = {f"layer{4 - k}" for k in range(stages)}
    return _only(model, [part for name, part in model.named_children() if name in opened])


@exercise.mistake(
    "head_counted_as_a_stage",
    "You count the head as one of the stages. It always learns; `stages` only counts layer1, "
    "layer2, …",
)
def _(model: nn.Module, stages: int) -> nn.Module:
    parts = [*stages_of(model), _head(model)]
    return _only(model, parts[len(parts) - stages :], head=False)


@exercise.mistake(
    "stem_opened",
    "The stem (conv1, bn1) is trainable, too. It isn't a stage: it stays frozen even if all "
    "stages learn.",
)
def _(model: nn.Module, stages: int) -> nn.Module:
    if stages == len(stages_of(model)):
        return model.requires_grad_(True)
    return unfreeze(model, stages)


@exercise.mistake(
    "everything_opened", "Everything is trainable. Only the head and the last stages should be."
)
def _(model: nn.Module, stages: int) -> nn.Module:
    return model.requires_grad_(True)


@exercise.mistake(
    "norms_left_frozen",
    "The batch norms of the unfrozen stages are frozen. Everything in these stages may learn.",
)
def _(model: nn.Module, stages: int) -> nn.Module:
    unfreeze(model, stages)
    for part in model.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.requires_grad_(False)
    return model


_MODE_CHANGED = (
    "mode_changed",
    "The right parts are trainable, but you changed the modes as well. That's the job of "
    "`frozen_backbone_train`.",
)


@exercise.mistake(*_MODE_CHANGED)
def _(model: nn.Module, stages: int) -> nn.Module:
    unfreeze(model, stages).train()
    for part in model.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.train(any(p.requires_grad for p in part.parameters()))
    return model


@exercise.mistake(*_MODE_CHANGED)
def _(model: nn.Module, stages: int) -> nn.Module:
    return unfreeze(model, stages).eval()


@exercise.mistake(*_MODE_CHANGED)
def _(model: nn.Module, stages: int) -> nn.Module:
    return unfreeze(model, stages).train()


def agree_on_stages(learner: LearnerCode, scene: Scene, stages: int, modes: bool = True) -> None:
    """The learner's `unfreeze` opens the head and the last stages, and freezes the rest.

    With `modes`, the modes of all parts are as they were.
    """
    judged = (TRAINABLE, RETURNED, SAME, LAYERS, SHAPES, VALUES, *([MODES] if modes else []))
    agree_on_work(learner, exercise, scene, stages, judged=judged)


@exercise.visible("the head and the last stage")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_stages(learner, draw_scene(draw, 4), 1)
    agree_on_stages(learner, draw_scene(draw, 3, frozen=EVERYTHING), 1)
    agree_on_stages(learner, draw_scene(draw, 3, frozen=EVERYTHING), 2)


@exercise.visible("0 stages: the head alone")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_stages(learner, draw_scene(draw), 0)


@exercise.visible("all stages, and the stem still frozen")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_stages(learner, draw_scene(draw, 4, frozen=EVERYTHING), 4)
