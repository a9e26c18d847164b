"""`parameter_share`: how much of a network lies in its dense layers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from torch import nn

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u03_vgg._questions import agree_about
from cnnlab.learner import LearnerCode


def parameter_share(model: nn.Module) -> float:
    """The fraction of the model's parameters that nn.Linear layers hold, however deep inside."""
    return _share(_count(_dense(model.modules())), _count([model]))


def _dense(modules: Iterable[nn.Module]) -> list[nn.Linear]:
    return [module for module in modules if isinstance(module, nn.Linear)]


def _count(modules: Iterable[nn.Module]) -> int:
    return sum(p.numel() for module in modules for p in module.parameters())


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


exercise = Exercise("parameter_share", {"parameter_share": parameter_share})


@exercise.mistake(
    "needs_a_parameter",
    "Your code divides by 0 for a network without parameters. Its share is 0.",
)
def _(model: nn.Module) -> float:
    return _count(_dense(model.modules())) / _count([model])


@exercise.mistake(
    "direct_children_only",
    "Dense layers inside other modules are missed. `children()` gives only the outermost "
    "parts; `modules()` goes through everything.",
)
def _(model: nn.Module) -> float:
    return _share(_count(_dense(model.children())), _count([model]))


@exercise.mistake(
    "tensors_counted",
    "You count parameter tensors. A tensor holds many parameters: count its elements with "
    "`numel()`.",
)
def _(model: nn.Module) -> float:
    tensors = sum(len(list(layer.parameters())) for layer in _dense(model.modules()))
    return _share(tensors, len(list(model.parameters())))


@exercise.mistake(
    "layers_counted",
    "This is the share of layers that are dense. The question is about the share of parameters.",
)
def _(model: nn.Module) -> float:
    layers = [module for module in model.modules() if not list(module.children())]
    return len(_dense(layers)) / len(layers)


@exercise.mistake(
    "layers_counted",
    "This is the share of modules that are dense. The question is about the share of parameters.",
)
def _(model: nn.Module) -> float:
    return len(_dense(model.modules())) / len(list(model.modules()))


@exercise.mistake(
    "biases_left_out",
    "You leave out the biases of the dense layers. They are parameters too.",
)
def _(model: nn.Module) -> float:
    weights = sum(layer.weight.numel() for layer in _dense(model.modules()))
    return _share(weights, _count([model]))


@exercise.mistake(
    "biases_left_out",
    "You count weights only. Biases, and the scales of batch norms, are parameters too.",
)
def _(model: nn.Module) -> float:
    weights = sum(layer.weight.numel() for layer in _dense(model.modules()))
    return _share(weights, sum(p.numel() for p in model.parameters() if p.dim() > 1))


@exercise.mistake(
    "biases_made_up",
    "You count a bias for every dense layer. A layer made with `bias=False` has none: "
    "count the parameters that are there.",
)
def _(model: nn.Module) -> float:
    dense = sum((m.in_features + 1) * m.out_features for m in _dense(model.modules()))
    return _share(dense, _count([model]))


@exercise.mistake(
    "frozen_left_out",
    "You leave out frozen parameters. They aren't trained, but they are still parameters "
    "of the model.",
)
def _(model: nn.Module) -> float:
    def trained(modules: Iterable[nn.Module]) -> int:
        return sum(p.numel() for m in modules for p in m.parameters() if p.requires_grad)

    return _share(trained(_dense(model.modules())), trained([model]))


@exercise.mistake(
    "against_the_rest",
    "You divide the dense layers by everything else. A share is a part of the whole.",
)
def _(model: nn.Module) -> float:
    dense = _count(_dense(model.modules()))
    return _share(dense, _count([model]) - dense)


@exercise.mistake(
    "share_of_the_others",
    "This is the share of all the other layers. The question is about the dense ones.",
)
def _(model: nn.Module) -> float:
    return 1 - parameter_share(model)


@exercise.mistake("in_percent", "This is in percent. Return a fraction, from 0 to 1.")
def _(model: nn.Module) -> float:
    return 100 * parameter_share(model)


@exercise.mistake("rounded", "You round the share. Return it as it is.")
def _(model: nn.Module) -> float:
    return round(parameter_share(model), 2)


@exercise.mistake("rounded", "You round the share. Return it as it is.")
def _(model: nn.Module) -> float:
    return round(parameter_share(model), 3)


@exercise.mistake(
    "norms_left_out",
    "For the whole you count only dense layers and convolutions. Other layers, such as "
    "batch norms, have parameters too.",
)
def _(model: nn.Module) -> float:
    dense = _count(_dense(model.modules()))
    convolutions = _count(module for module in model.modules() if isinstance(module, nn.Conv2d))
    return _share(dense, dense + convolutions)


@exercise.mistake(
    "parts_counted_again",
    "You count some parameters more than once: for a layer, and again for each module "
    "around it. `model.parameters()` gives each one once.",
)
def _(model: nn.Module) -> float:
    return _share(_count(_dense(model.modules())), _count(model.modules()))


@exercise.mistake("last_layer_only", "You count only the last dense layer. There may be several.")
def _(model: nn.Module) -> float:
    return _share(_count(_dense(model.modules())[-1:]), _count([model]))


@exercise.mistake(
    "first_layer_only",
    "You count only the first dense layer. Is `return` inside the loop?",
)
def _(model: nn.Module) -> float:
    return _share(_count(_dense(model.modules())[:1]), _count([model]))


@exercise.mistake(
    "count_not_share", "This is a number of parameters. Divide it by the number of all parameters."
)
def _(model: nn.Module) -> float:
    return _count(_dense(model.modules()))


def agree_on_share(
    learner: LearnerCode, *rows: tuple[Any, ...], frozen: tuple[str, ...] = ()
) -> None:
    agree_about(learner, exercise, rows, frozen=frozen)


@exercise.visible("a convolution, a batch norm, two dense layers")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_share(
        learner,
        ("Conv2d", 3, 8, 3),
        ("BatchNorm2d", 8),
        ("Flatten",),
        ("Linear", 32, 11),
        ("ReLU",),
        ("Linear", 11, 5),
    )


@exercise.visible("dense layers inside a part of the network")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_share(
        learner,
        ("Sequential", ("Conv2d", 3, 6, 3), ("ReLU",)),
        ("Flatten",),
        ("Sequential", ("Linear", 24, 13), ("ReLU",), ("Sequential", ("Linear", 13, 7))),
    )


@exercise.visible("a network without parameters")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_share(learner, ("ReLU",), ("MaxPool2d", 2))
