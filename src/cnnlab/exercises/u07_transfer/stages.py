"""Which stages may learn beside the head."""

from __future__ import annotations

from torch import nn

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

EVERYTHING = ("conv1", "bn1", "layer", "fc")

UNFREEZE = Exercise("unfreeze", {"unfreeze": ours.unfreeze})


def stages_of(model: nn.Module) -> list[nn.Module]:
    return [part for name, part in model.named_children() if name.startswith("layer")]


def _only(model: nn.Module, *parts: nn.Module) -> nn.Module:
    model.requires_grad_(False)
    for part in parts:
        part.requires_grad_(True)
    return model


@UNFREEZE.mistake(
    "zero_stages_are_all",
    "With 0 stages, all of them may learn. A slice that begins at -0 begins at 0, and takes "
    "everything: count from the front instead, or treat 0 by itself.",
)
def _(model, stages):
    return _only(model, model.fc, *stages_of(model)[-stages:])


@UNFREEZE.mistake(
    "nothing_frozen_again",
    "Parts that could learn before still can. Freeze everything first, then open what is asked "
    "for: the function may be called on a network in any state.",
)
def _(model, stages):
    for part in (model.fc, *stages_of(model)[len(stages_of(model)) - stages :]):
        part.requires_grad_(True)
    return model


@UNFREEZE.mistake(
    "first_stages",
    "You open the stages next to the images. The last ones are meant, next to the head: what they "
    "detect is the most special to the old task.",
)
def _(model, stages):
    return _only(model, model.fc, *stages_of(model)[:stages])


@UNFREEZE.mistake(
    "head_left_frozen",
    "The stages are right, but the head is frozen. It is new and has to learn in any case.",
)
def _(model, stages):
    return _only(model, *stages_of(model)[len(stages_of(model)) - stages :])


@UNFREEZE.mistake(
    "one_stage_only",
    "Only one stage is open, the one that is `stages` from the end, or the last. All from there to "
    "the head are meant.",
)
def _(model, stages):
    return _only(model, model.fc, *([stages_of(model)[-stages]] if stages else []))


@UNFREEZE.mistake(
    "one_stage_only",
    "Only the last stage is open. `stages` says how many of them, counted from the head.",
)
def _(model, stages):
    return _only(model, model.fc, *stages_of(model)[-1:] if stages else [])


@UNFREEZE.mistake(
    "stage_count_assumed",
    "You assume a network with a certain number of stages. ResNet-18 has four, the shipped one "
    "three: find out how many this one has.",
)
def _(model, stages):
    names = [f"layer{3 - k}" for k in range(stages)]
    return _only(model, model.fc, *(getattr(model, name) for name in names))


@UNFREEZE.mistake(
    "stage_count_assumed",
    "You assume a network with a certain number of stages. ResNet-18 has four, the shipped one "
    "three: find out how many this one has.",
)
def _(model, stages):
    opened = {f"layer{4 - k}" for k in range(stages)}
    return _only(model, model.fc, *(p for n, p in model.named_children() if n in opened))


@UNFREEZE.mistake(
    "head_counted_as_a_stage",
    "You count the head as one of the stages. It always learns; `stages` counts layer1, layer2, …",
)
def _(model, stages):
    return _only(model, *[*stages_of(model), model.fc][len(stages_of(model)) + 1 - stages :])


@UNFREEZE.mistake(
    "stem_opened",
    "The stem (conv1, bn1) may learn too. It is no stage: it stays frozen even if all stages are "
    "open.",
)
def _(model, stages):
    if stages == len(stages_of(model)):
        return model.requires_grad_(True)
    return ours.unfreeze(model, stages)


@UNFREEZE.mistake(
    "everything_opened", "Everything may learn. Only the head and the last stages are meant."
)
def _(model, stages):
    return model.requires_grad_(True)


@UNFREEZE.mistake(
    "norms_left_frozen",
    "The batch norms of the open stages are frozen. Everything in these stages may learn.",
)
def _(model, stages):
    ours.unfreeze(model, stages)
    for part in model.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.requires_grad_(False)
    return model


@UNFREEZE.mistake(
    "modes_changed",
    "What may learn is right, but you also changed the modes. That is the job of "
    "`frozen_backbone_train`.",
)
def _(model, stages):
    return ours.frozen_backbone_train(ours.unfreeze(model, stages))


@UNFREEZE.mistake(
    "modes_changed",
    "What may learn is right, but you also changed the modes. That is the job of "
    "`frozen_backbone_train`.",
)
def _(model, stages):
    return ours.unfreeze(model, stages).eval()


def expect_stages(learner: LearnerCode, scene: Scene, stages: int, modes: bool = True) -> None:
    """The learner's `unfreeze` opens the head and the last stages, and freezes the rest.

    With `modes`, the modes of all parts are as they were.
    """
    _, trace = scene.run_theirs(learner, "unfreeze", stages)
    parts = (TRAINABLE, RETURNED, LAYERS, SHAPES, VALUES, *([MODES] if modes else []))
    judge(UNFREEZE, "unfreeze", scene, trace, stages, parts=parts)


@UNFREEZE.visible("the head and the last stage")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_stages(learner, draw_scene(draw, 4), 1)
    expect_stages(learner, draw_scene(draw, 3, frozen=EVERYTHING), 1)
    expect_stages(learner, draw_scene(draw, 3, frozen=EVERYTHING), 2)


@UNFREEZE.visible("0 stages: the head alone")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_stages(learner, draw_scene(draw), 0)


@UNFREEZE.visible("all stages, and the stem still frozen")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_stages(learner, draw_scene(draw, 4, frozen=EVERYTHING), 4)
