"""parameter_share: where the parameters of a network are."""

from __future__ import annotations

from typing import Any

from torch import nn

from cnnlab.check.blame import blame
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u03_vgg.questions import agree_about
from cnnlab.learner import LearnerCode
from cnnlab.reference import vgg as ours

PARAMETER_SHARE = Exercise("parameter_share", {"parameter_share": ours.parameter_share})


def _count(modules: Any) -> int:
    return sum(p.numel() for module in modules for p in module.parameters())


def _dense(modules: Any) -> list[nn.Linear]:
    return [module for module in modules if isinstance(module, nn.Linear)]


@PARAMETER_SHARE.mistake(
    "direct_children_only",
    "Dense layers inside other modules are not found. `children()` gives the outermost parts only; "
    "`modules()` walks through everything.",
)
def _(model):
    return _count(_dense(model.children())) / _count([model])


@PARAMETER_SHARE.mistake(
    "tensors_counted",
    "This counts parameter tensors. A tensor holds many parameters: count their elements.",
)
def _(model):
    tensors = sum(len(list(layer.parameters())) for layer in _dense(model.modules()))
    return tensors / len(list(model.parameters()))


@PARAMETER_SHARE.mistake(
    "layers_counted",
    "This is the share of layers that are dense. Asked for is the share of parameters.",
)
def _(model):
    layers = [module for module in model.modules() if not list(module.children())]
    return len(_dense(layers)) / len(layers)


@PARAMETER_SHARE.mistake(
    "layers_counted",
    "This is the share of modules that are dense. Asked for is the share of parameters.",
)
def _(model):
    return len(_dense(model.modules())) / len(list(model.modules()))


@PARAMETER_SHARE.mistake(
    "biases_left_out",
    "The biases of the dense layers are left out. They are parameters too.",
)
def _(model):
    return sum(layer.weight.numel() for layer in _dense(model.modules())) / _count([model])


@PARAMETER_SHARE.mistake(
    "biases_left_out",
    "Only weights are counted. Biases are parameters too.",
)
def _(model):
    weights = [p for p in model.parameters() if p.dim() > 1]
    dense = sum(layer.weight.numel() for layer in _dense(model.modules()))
    return dense / sum(weight.numel() for weight in weights)


@PARAMETER_SHARE.mistake(
    "against_the_rest",
    "The dense layers are divided by everything else. A share is a part of the whole.",
)
def _(model):
    dense = _count(_dense(model.modules()))
    return dense / (_count([model]) - dense)


@PARAMETER_SHARE.mistake(
    "share_of_the_others",
    "This is the share of all other layers. Asked for is that of the dense ones.",
)
def _(model):
    return 1 - ours.parameter_share(model)


@PARAMETER_SHARE.mistake("in_percent", "This is in percent. Asked for is a fraction, from 0 to 1.")
def _(model):
    return 100 * ours.parameter_share(model)


@PARAMETER_SHARE.mistake("rounded", "The share is rounded. Return it as it is.")
def _(model):
    return round(ours.parameter_share(model), 2)


@PARAMETER_SHARE.mistake("rounded", "The share is rounded. Return it as it is.")
def _(model):
    return round(ours.parameter_share(model), 3)


@PARAMETER_SHARE.mistake(
    "norms_left_out",
    "The whole is taken to be dense layers and convolutions. Other layers, such as batch norms, "
    "have parameters too.",
)
def _(model):
    dense = _count(_dense(model.modules()))
    convs = _count(module for module in model.modules() if isinstance(module, nn.Conv2d))
    return dense / (dense + convs)


@PARAMETER_SHARE.mistake(
    "parts_counted_again",
    "Parameters are counted more than once: for a layer, and again for each module around it. "
    "`model.parameters()` has everything once.",
)
def _(model):
    return _count(_dense(model.modules())) / _count(model.modules())


@PARAMETER_SHARE.mistake(
    "last_layer_only", "Only the last dense layer is counted. There may be several."
)
def _(model):
    return _count(_dense(model.modules())[-1:]) / _count([model])


@PARAMETER_SHARE.mistake(
    "first_layer_only",
    "Only the first dense layer is counted. Does `return` stand inside the loop?",
)
def _(model):
    return _count(_dense(model.modules())[:1]) / _count([model])


@PARAMETER_SHARE.mistake("count_not_share", "This is a number of parameters. Asked for is a share.")
def _(model):
    return _count(_dense(model.modules()))


def agree_on_share(learner: LearnerCode, *rows: tuple[Any, ...]) -> None:
    agree_about(learner, PARAMETER_SHARE, rows)


def agree_on_no_parameters(learner: LearnerCode) -> None:
    """Asks about a network that learns nothing, and says so if any parameter would have helped."""
    with blame(
        "needs_a_parameter",
        "The code stops on a network without parameters. Its share is 0.",
        if_passes=lambda: agree_on_share(learner, ("Conv2d", 1, 2, 3), ("Linear", 2, 3)),
    ):
        agree_on_share(learner, ("ReLU",), ("MaxPool2d", 2))


@PARAMETER_SHARE.visible("a convolution, a batch norm, two dense layers")
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


@PARAMETER_SHARE.visible("dense layers inside a part of the network")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_share(
        learner,
        ("Sequential", ("Conv2d", 3, 6, 3), ("ReLU",)),
        ("Flatten",),
        ("Sequential", ("Linear", 24, 13), ("ReLU",), ("Sequential", ("Linear", 13, 7))),
    )
