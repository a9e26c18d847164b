"""`parameter_groups`: groups of parameters for an optimiser, each with a rate of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from torch import nn

from cnnlab.check.compare import Difference, Wrong, kind_of
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import explain
from cnnlab.exercises.u07_transfer._scenes import (
    BACKBONE,
    STEM,
    TRAINABLE,
    Scene,
    draw_scene,
    stages_of,
)
from cnnlab.learner import LearnerCode

Groups = list[dict[str, Any]]


def parameter_groups(model: nn.Module, head_lr: float, backbone_lr: float) -> Groups:
    """Trainable parameters for an optimiser: those outside `fc` at `backbone_lr`, then `fc`."""
    head = [p for p in model.get_submodule("fc").parameters() if p.requires_grad]
    body = [p for n, p in model.named_parameters() if p.requires_grad and not n.startswith("fc.")]
    groups = [{"params": body, "lr": backbone_lr}, {"params": head, "lr": head_lr}]
    return [group for group in groups if group["params"]]


exercise = Exercise("parameter_groups", {"parameter_groups": parameter_groups})


def _group(parameters: Iterable[nn.Parameter], lr: float) -> dict[str, Any]:
    return {"params": list(parameters), "lr": lr}


def _head(model: nn.Module) -> list[nn.Parameter]:
    return list(model.get_submodule("fc").parameters())


def _trainable(parameters: Iterable[nn.Parameter]) -> list[nn.Parameter]:
    return [p for p in parameters if p.requires_grad]


def _split(
    model: nn.Module,
    in_head: Callable[[str], bool] = lambda name: name.startswith("fc."),
    wanted: Callable[[str, nn.Parameter], bool] = lambda name, p: p.requires_grad,
) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """The wanted parameters outside the head, and those in it."""
    named = [(n, p) for n, p in model.named_parameters() if wanted(n, p)]
    return [p for n, p in named if not in_head(n)], [p for n, p in named if in_head(n)]


@exercise.mistake(
    "rates_swapped",
    "The rates are swapped: the new head learns at `head_lr`, the pretrained part at "
    "`backbone_lr`.",
)
def _(model: nn.Module, head_lr: float, backbone_lr: float) -> Groups:
    return parameter_groups(model, backbone_lr, head_lr)


@exercise.mistake(
    "frozen_included",
    "Your groups hold frozen parameters. The optimizer would carry them along for nothing, and "
    "a reader would think that they learn.",
)
def _(model: nn.Module, head_lr: float, backbone_lr: float) -> Groups:
    body, head = _split(model, wanted=lambda name, p: True)
    return [_group(body, backbone_lr), _group(head, head_lr)]


@exercise.mistake(
    "frozen_included",
    "Your groups hold the head's parameters whether or not they're trainable. Here the head is "
    "frozen: check `requires_grad` for it, too.",
)
def _(model: nn.Module, head_lr: float, backbone_lr: float) -> Groups:
    body, _ = _split(model)
    groups = [_group(body, backbone_lr), _group(_head(model), head_lr)]
    return [group for group in groups if group["params"]]


@exercise.mistake(
    "head_twice",
    "The head is in two groups: among all the parameters, and on its own. An optimizer refuses "
    "that, or worse, takes two steps.",
)
def _(model: nn.Module, head_lr: float, backbone_lr: float) -> Groups:
    return [
        _group(_trainable(model.parameters()), backbone_lr),
        _group(_head(model), head_lr),
    ]


@exercise.mistake(
    "head_found_by_letters",
    "A layer of the backbone is in the head's group, because its name contains the letters fc, "
    "too. The head is `model.fc` and nothing else.",
)
def _(model: nn.Module, head_lr: float, backbone_lr: float) -> Groups:
    body, head = _split(model, in_head=lambda name: "fc" in name)
    groups = (_group(body, backbone_lr), _group(head, head_lr))
    return [group for group in groups if group["params"]]


@exercise.mistake(
    "one_rate_for_all", "Everything learns at `head_lr`. The pretrained part has its own rate."
)
def _(model: nn.Module, head_lr: float, backbone_lr: float) -> Groups:
    return [_group(_trainable(model.parameters()), head_lr)]


@exercise.mistake(
    "one_rate_for_all", "Everything learns at `backbone_lr`. The new head has its own rate."
)
def _(model: nn.Module, head_lr: float, backbone_lr: float) -> Groups:
    return [_group(_trainable(model.parameters()), backbone_lr)]


@exercise.mistake(
    "backbone_forgotten",
    "Only the head is in your groups. Trainable parameters outside it learn as well, at "
    "`backbone_lr`.",
)
def _(model: nn.Module, head_lr: float, backbone_lr: float) -> Groups:
    return [_group(_head(model), head_lr)]


@exercise.mistake(
    "empty_group",
    "One of your groups is empty. If nothing outside the head may learn, leave its group out.",
)
def _(model: nn.Module, head_lr: float, backbone_lr: float) -> Groups:
    body, head = _split(model)
    return [_group(body, backbone_lr), _group(head, head_lr)]


@exercise.mistake(
    "last_stage_only",
    "Your backbone group only holds the last stage. Every trainable parameter outside the head "
    "belongs there, wherever it is.",
)
def _(model: nn.Module, head_lr: float, backbone_lr: float) -> Groups:
    last = _trainable(stages_of(model)[-1].parameters())
    return [_group(last, backbone_lr), _group(_head(model), head_lr)]


@exercise.mistake(
    "stages_only",
    "Your backbone group only holds parameters of layer1, layer2, … Here the stem (conv1, bn1) is "
    "trainable, too: everything trainable outside the head belongs in that group.",
)
def _(model: nn.Module, head_lr: float, backbone_lr: float) -> Groups:
    stages = _trainable(p for stage in stages_of(model) for p in stage.parameters())
    return [_group(stages, backbone_lr), _group(_head(model), head_lr)]


@exercise.mistake(
    "weights_only",
    "Your groups only hold parameters called `weight`. Biases learn, too.",
)
def _(model: nn.Module, head_lr: float, backbone_lr: float) -> Groups:
    body, head = _split(model, wanted=lambda n, p: p.requires_grad and n.endswith("weight"))
    return [_group(body, backbone_lr), _group(head, head_lr)]


# Exact in binary, so that they cross as they are.
HEAD_LR, BACKBONE_LR = 0.25, 0.015625
RATES = "the rate of each parameter in your groups"


def agree_on_groups(learner: LearnerCode, scene: Scene) -> None:
    """The learner's groups hold each trainable parameter once, at the rate of its part."""

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        network = scene.network(code)
        yield RATES, _rates(code.groups("parameter_groups", network, HEAD_LR, BACKBONE_LR))
        yield TRAINABLE, network.trainable()

    explain(learner, exercise, observe, unexplained=_unexplained)


def _rates(groups: Any) -> list[tuple[Any, Any]]:
    """Every parameter with its rate, sorted; a group without parameters counts as one entry."""
    if not isinstance(groups, (list, tuple)):
        raise Wrong(
            "not_groups",
            f"`parameter_groups` returns {kind_of(groups)}. An optimizer wants a list of "
            'dictionaries, each with "params" and "lr".',
        )
    rates = []
    for group in groups:
        if not isinstance(group, dict) or "params" not in group or "lr" not in group:
            raise Wrong(
                "not_groups",
                'Each group must be a dictionary with the entries "params" and "lr".',
            )
        rates += [(name or "", group["lr"]) for name in group["params"] or ["an empty group"]]
    return sorted(rates)


def _unexplained(part: str, theirs: Any, ours: Any, gap: Difference) -> Wrong:
    if part == TRAINABLE:
        return Wrong(
            "wrong_parts_trainable",
            "Your function changes what is trainable. It should only sort it.",
        )
    names, rates = [name for name, _ in theirs], dict(ours)
    if "" in names:
        return Wrong(
            "foreign_parameters",
            "Your groups hold tensors that are not the network's own parameters, such as copies. "
            "An optimizer would train those instead.",
        )
    if twice := [name for name in names if names.count(name) > 1]:
        return Wrong("twice", "A parameter is in your groups twice.", f"It is `{twice[0]}`.")
    if missing := [name for name in rates if name not in names]:
        told = f"It is `{missing[0]}`."
        return Wrong("missing", "A trainable parameter is in none of your groups.", told)
    if extra := [name for name in names if name not in rates]:
        if extra[0] == "an empty group":
            return Wrong("empty_group", "One of your groups is empty. Leave it out.")
        told = f"It is `{extra[0]}`."
        return Wrong("extra", "A frozen parameter is in one of your groups.", told)
    wrong, lr = next((name, lr) for name, lr in theirs if rates[name] != lr)
    told = f"`{wrong}` learns at {lr}, expected {rates[wrong]}."
    return Wrong("wrong_rate", "A parameter has the wrong rate.", told)


@exercise.visible("the last stage and the head may learn")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_groups(learner, draw_scene(draw, frozen=(*STEM, "layer1", "layer2")))


@exercise.visible("everything may learn")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_groups(learner, draw_scene(draw))


@exercise.visible("the head alone, or all but the head: one group")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_groups(learner, draw_scene(draw, frozen=BACKBONE))
    agree_on_groups(learner, draw_scene(draw, frozen=(*STEM, "fc.")))
