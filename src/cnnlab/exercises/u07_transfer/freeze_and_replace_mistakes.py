"""The mistakes that learners make when they freeze a network, or count what may learn."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable

from torch import nn

from cnnlab.check.exercise import Exercise

WORKS_ON_A_COPY = (
    "works_on_a_copy",
    "The network you were given hasn't changed: you work on a copy. Change the network itself "
    "and return it.",
)


# freeze


def _attribute_set_on(
    parts: Callable[[nn.Module], Iterable[nn.Module]],
) -> Callable[[nn.Module], nn.Module]:
    def freeze(module: nn.Module) -> nn.Module:
        for part in list(parts(module)):
            part.__dict__["requires_grad"] = False
        return module

    return freeze


def add_freeze_mistakes(exercise: Exercise) -> None:
    """Registers the wrong versions of `freeze`."""
    freeze = exercise.references["freeze"]

    for parts in (lambda module: [module], nn.Module.children, nn.Module.modules):
        exercise.mistake(
            "nothing_frozen",
            "Every parameter is still trainable. You set `requires_grad` on a module, where "
            "it's just a new attribute that PyTorch never reads. It belongs to the parameters.",
            of="freeze",
        )(_attribute_set_on(parts))

    @exercise.mistake(
        "nothing_frozen",
        "Every parameter is still trainable. Set `requires_grad = False` on each parameter; "
        "`module.parameters()` finds them all.",
        of="freeze",
    )
    def _(module: nn.Module) -> nn.Module:
        return module

    @exercise.mistake(
        "evaluation_mode_freezes_nothing",
        "You put the network into evaluation mode, and every parameter is still trainable. The "
        "mode is about dropout and batch norm; a parameter is frozen by `requires_grad = "
        "False`.",
        of="freeze",
    )
    def _(module: nn.Module) -> nn.Module:
        return module.eval()

    @exercise.mistake(
        "mode_changed",
        "All parameters are frozen, but you changed the modes as well. Freezing and evaluation "
        "mode are two different switches, and this function only turns the first.",
        of="freeze",
    )
    def _(module: nn.Module) -> nn.Module:
        return freeze(module).eval()

    @exercise.mistake(*WORKS_ON_A_COPY, of="freeze")
    def _(module: nn.Module) -> nn.Module:
        return freeze(copy.deepcopy(module))

    @exercise.mistake(
        "only_weights_frozen",
        "Parameters called `weight` are frozen, but those called `bias` are still trainable. "
        "Batch norms and the head have both.",
        of="freeze",
    )
    def _(module: nn.Module) -> nn.Module:
        for name, parameter in module.named_parameters():
            if name.endswith("weight"):
                parameter.requires_grad = False
        return module

    @exercise.mistake(
        "convolutions_only",
        "Only convolutions and dense layers are frozen. Batch norms have parameters, too.",
        of="freeze",
    )
    def _(module: nn.Module) -> nn.Module:
        for part in module.modules():
            if isinstance(part, (nn.Conv2d, nn.Linear)):
                part.requires_grad_(False)
        return module

    @exercise.mistake(
        "head_left_out",
        "The head is still trainable. `freeze` freezes all of the module it's given; what may "
        "learn is decided elsewhere.",
        of="freeze",
    )
    def _(module: nn.Module) -> nn.Module:
        for name, parameter in module.named_parameters():
            parameter.requires_grad = name.startswith("fc.") and parameter.requires_grad
        return module

    @exercise.mistake(
        "only_direct_parameters",
        "Only the parameters of the outermost layers are frozen. A network holds modules that "
        "hold modules that hold parameters: reach all of them.",
        of="freeze",
    )
    def _(module: nn.Module) -> nn.Module:
        for part in module.children():
            for parameter in part.parameters(recurse=False):
                parameter.requires_grad = False
        return module

    @exercise.mistake(
        "only_direct_parameters",
        "Only parameters that the module holds directly are frozen, and a network holds none "
        "directly: they are in its layers. `parameters()` without `recurse=False` reaches them.",
        of="freeze",
    )
    def _(module: nn.Module) -> nn.Module:
        for parameter in module.parameters(recurse=False):
            parameter.requires_grad = False
        return module


# count_trainable


def add_count_mistakes(exercise: Exercise) -> None:
    """Registers the wrong versions of `count_trainable`."""

    @exercise.mistake(
        "counts_everything", "You count frozen parameters as well.", of="count_trainable"
    )
    def _(model: nn.Module) -> int:
        return sum(p.numel() for p in model.parameters())

    @exercise.mistake(
        "counts_tensors",
        "You count tensors. The question is how many numbers they hold: `numel()`.",
        of="count_trainable",
    )
    def _(model: nn.Module) -> int:
        return sum(1 for p in model.parameters() if p.requires_grad)

    @exercise.mistake(
        "counts_the_frozen",
        "You count the frozen parameters, not the trainable ones.",
        of="count_trainable",
    )
    def _(model: nn.Module) -> int:
        return sum(p.numel() for p in model.parameters() if not p.requires_grad)

    @exercise.mistake(
        "counts_weights_only",
        "You only count parameters called `weight`. Biases learn, too.",
        of="count_trainable",
    )
    def _(model: nn.Module) -> int:
        named = model.named_parameters()
        return sum(p.numel() for n, p in named if p.requires_grad and n.endswith("weight"))

    @exercise.mistake(
        "counts_matrices_only",
        "You only count kernels and matrices. Biases, and both parameters of a batch norm, are "
        "vectors, and they learn, too.",
        of="count_trainable",
    )
    def _(model: nn.Module) -> int:
        return sum(p.numel() for p in model.parameters() if p.requires_grad and p.dim() > 1)

    @exercise.mistake(
        "counts_modes",
        "You leave out parts in evaluation mode. A mode doesn't freeze anything: "
        "`requires_grad` of each parameter says whether it may learn.",
        of="count_trainable",
    )
    def _(model: nn.Module) -> int:
        training = (part for part in model.modules() if part.training)
        return sum(p.numel() for part in training for p in part.parameters(recurse=False))
