"""Groups of parameters for an optimiser, each with a rate of its own."""

from __future__ import annotations

from typing import Any

from torch import nn

from cnnlab.check.compare import Wrong, kind_of
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u07_transfer.scenes import Scene, draw_scene
from cnnlab.exercises.u07_transfer.stages import stages_of
from cnnlab.learner import LearnerCode
from cnnlab.reference import transfer as ours

PARAMETER_GROUPS = Exercise("parameter_groups", {"parameter_groups": ours.parameter_groups})


def _group(parameters: Any, lr: float) -> dict[str, Any]:
    return {"params": list(parameters), "lr": lr}


def _split(model: nn.Module, is_head: Any, keep_frozen: bool = False) -> tuple[list, list]:
    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad or keep_frozen]
    return [p for n, p in named if not is_head(n)], [p for n, p in named if is_head(n)]


@PARAMETER_GROUPS.mistake(
    "rates_swapped",
    "The rates are swapped: the new head learns at `head_lr`, what was learned before at "
    "`backbone_lr`.",
)
def _(model, head_lr, backbone_lr):
    return ours.parameter_groups(model, backbone_lr, head_lr)


_FROZEN_INCLUDED = (
    "frozen_included",
    "Your groups hold frozen parameters. The optimiser would carry them along, and whoever reads "
    "the groups would believe that they learn.",
)


@PARAMETER_GROUPS.mistake(*_FROZEN_INCLUDED)
def _(model, head_lr, backbone_lr):
    body, head = _split(model, lambda n: n.startswith("fc."), keep_frozen=True)
    return [_group(body, backbone_lr), _group(head, head_lr)]


@PARAMETER_GROUPS.mistake(
    "head_twice",
    "The head is in two groups: among all parameters, and by itself. An optimiser refuses that, "
    "or worse, steps twice.",
)
def _(model, head_lr, backbone_lr):
    body = (p for p in model.parameters() if p.requires_grad)
    return [_group(body, backbone_lr), _group(model.fc.parameters(), head_lr)]


@PARAMETER_GROUPS.mistake(
    "head_found_by_letters",
    "A layer of the backbone is in the head's group, because the letters fc are in its name too. "
    "The head is `model.fc`, and nothing else.",
)
def _(model, head_lr, backbone_lr):
    body, head = _split(model, lambda n: "fc" in n)
    return [
        group for group in (_group(body, backbone_lr), _group(head, head_lr)) if group["params"]
    ]


@PARAMETER_GROUPS.mistake(
    "one_rate_for_all", "Everything learns at `head_lr`. What was learned before has its own rate."
)
def _(model, head_lr, backbone_lr):
    return [_group((p for p in model.parameters() if p.requires_grad), head_lr)]


@PARAMETER_GROUPS.mistake(
    "one_rate_for_all", "Everything learns at `backbone_lr`. The new head has its own rate."
)
def _(model, head_lr, backbone_lr):
    return [_group((p for p in model.parameters() if p.requires_grad), backbone_lr)]


@PARAMETER_GROUPS.mistake(
    "backbone_forgotten",
    "Only the head is in your groups. Trainable parameters outside it learn too, at `backbone_lr`.",
)
def _(model, head_lr, backbone_lr):
    return [_group(model.fc.parameters(), head_lr)]


@PARAMETER_GROUPS.mistake(
    "empty_group",
    "One of your groups is empty. If nothing outside the head may learn, leave its group out.",
)
def _(model, head_lr, backbone_lr):
    body, head = _split(model, lambda n: n.startswith("fc."))
    return [_group(body, backbone_lr), _group(head, head_lr)]


@PARAMETER_GROUPS.mistake(
    "last_stage_only",
    "Your backbone group holds the last stage only. Every trainable parameter outside the head "
    "belongs in it, wherever it is.",
)
def _(model, head_lr, backbone_lr):
    last = [p for p in stages_of(model)[-1].parameters() if p.requires_grad]
    return [_group(last, backbone_lr), _group(model.fc.parameters(), head_lr)]


_WEIGHTS_ONLY = (
    "weights_only",
    "Your groups hold parameters called `weight` only. Biases learn too.",
)


@PARAMETER_GROUPS.mistake(*_WEIGHTS_ONLY)
def _(model, head_lr, backbone_lr):
    weights = [
        (n, p) for n, p in model.named_parameters() if p.requires_grad and n.endswith("weight")
    ]
    body = [p for n, p in weights if not n.startswith("fc.")]
    head = [p for n, p in weights if n.startswith("fc.")]
    return [_group(body, backbone_lr), _group(head, head_lr)]


def expect_groups(learner: LearnerCode, scene: Scene) -> None:
    """The learner's groups hold each trainable parameter once, at the rate of its part."""
    head_lr, backbone_lr = 0.25, 0.015625  # exact in binary, so that they cross as they are
    network = scene.theirs(learner)
    actual = _rates(learner.groups("parameter_groups", network, head_lr, backbone_lr))
    model = scene.ours()
    names = {id(p): name for name, p in model.named_parameters()}

    def rates_of(groups: list[dict[str, Any]]) -> list[tuple[Any, Any]]:
        named = [{**g, "params": [names[id(p)] for p in g["params"]]} for g in groups]
        return _rates(named)

    expected = rates_of(ours.parameter_groups(model, head_lr, backbone_lr))
    if actual != expected:
        for mistake in PARAMETER_GROUPS.mistakes_of("parameter_groups"):
            if actual == rates_of(mistake.wrong(model, head_lr, backbone_lr)):
                raise Wrong(mistake.id, mistake.message)
        raise Wrong(*_unknown_mistake(actual, expected))
    if network.trainable() != {n: p.requires_grad for n, p in model.named_parameters()}:
        raise Wrong(
            "wrong_parts_trainable",
            "Your function changes what may learn. It only sorts what may.",
        )


def _rates(groups: Any) -> list[tuple[Any, Any]]:
    """Every parameter with its rate, sorted; a group without parameters counts as one entry."""
    if not isinstance(groups, (list, tuple)):
        raise Wrong(
            "not_groups",
            f"`parameter_groups` returns {kind_of(groups)}. An optimiser wants a list of "
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


def _unknown_mistake(actual: list, expected: list) -> tuple[str, str, str]:
    names = [name for name, _ in actual]
    if "" in names:
        return (
            "foreign_parameters",
            "Your groups hold tensors that are not the network's own parameters, such as copies. "
            "An optimiser would train those instead.",
            "",
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        return "twice", "A parameter is there twice.", f"It is `{twice[0]}`."
    missing = [name for name, _ in expected if name not in names]
    if missing:
        return "missing", "A trainable parameter is missing.", f"It is `{missing[0]}`."
    extra = [name for name in names if name not in dict(expected)]
    if extra:
        return "extra", "Something is there that should not be.", f"It is `{extra[0]}`."
    wrong = next(name for name, lr in actual if dict(expected)[name] != lr)
    return "wrong_rate", "A parameter has the wrong rate.", f"It is `{wrong}`."


@PARAMETER_GROUPS.visible("the last stage and the head may learn")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_groups(learner, draw_scene(draw, frozen=("conv1", "bn1", "layer1", "layer2")))


@PARAMETER_GROUPS.visible("everything may learn")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_groups(learner, draw_scene(draw))


@PARAMETER_GROUPS.visible("the head alone: one group")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_groups(learner, draw_scene(draw, frozen=("conv1", "bn1", "layer")))
