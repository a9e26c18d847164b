"""parameter_share: where the parameters of a network are."""

from __future__ import annotations

from typing import Any

from torch import nn

from cnnlab.check.blame import blame
from cnnlab.check.draw import Draw
from cnnlab.check.todo import Todo
from cnnlab.check.units.u03_vgg.questions import agree_about
from cnnlab.reference import vgg as ours
from cnnlab.student import Student

PARAMETER_SHARE = Todo("parameter_share", {"parameter_share": ours.parameter_share})


def _count(modules: Any) -> int:
    return sum(p.numel() for module in modules for p in module.parameters())


def _dense(modules: Any) -> list[nn.Linear]:
    return [module for module in modules if isinstance(module, nn.Linear)]


@PARAMETER_SHARE.suspect(
    "direct_children_only",
    "Dense layers inside other modules are not found. `children()` gives the outermost parts only; "
    "`modules()` walks through everything.",
)
def _(model):
    return _count(_dense(model.children())) / _count([model])


@PARAMETER_SHARE.suspect(
    "tensors_counted",
    "This counts parameter tensors. A tensor holds many parameters: count their elements.",
)
def _(model):
    tensors = sum(len(list(layer.parameters())) for layer in _dense(model.modules()))
    return tensors / len(list(model.parameters()))


@PARAMETER_SHARE.suspect(
    "layers_counted",
    "This is the share of layers that are dense. Asked for is the share of parameters.",
)
def _(model):
    layers = [module for module in model.modules() if not list(module.children())]
    return len(_dense(layers)) / len(layers)


@PARAMETER_SHARE.suspect(
    "layers_counted",
    "This is the share of modules that are dense. Asked for is the share of parameters.",
)
def _(model):
    return len(_dense(model.modules())) / len(list(model.modules()))


@PARAMETER_SHARE.suspect(
    "biases_left_out",
    "The biases of the dense layers are left out. They are parameters too.",
)
def _(model):
    return sum(layer.weight.numel() for layer in _dense(model.modules())) / _count([model])


@PARAMETER_SHARE.suspect(
    "biases_left_out",
    "Only weights are counted. Biases are parameters too.",
)
def _(model):
    weights = [p for p in model.parameters() if p.dim() > 1]
    dense = sum(layer.weight.numel() for layer in _dense(model.modules()))
    return dense / sum(weight.numel() for weight in weights)


@PARAMETER_SHARE.suspect(
    "against_the_rest",
    "The dense layers are divided by everything else. A share is a part of the whole.",
)
def _(model):
    dense = _count(_dense(model.modules()))
    return dense / (_count([model]) - dense)


@PARAMETER_SHARE.suspect(
    "share_of_the_others",
    "This is the share of all other layers. Asked for is that of the dense ones.",
)
def _(model):
    return 1 - ours.parameter_share(model)


@PARAMETER_SHARE.suspect("in_percent", "This is in percent. Asked for is a fraction, from 0 to 1.")
def _(model):
    return 100 * ours.parameter_share(model)


@PARAMETER_SHARE.suspect("rounded", "The share is rounded. Return it as it is.")
def _(model):
    return round(ours.parameter_share(model), 2)


@PARAMETER_SHARE.suspect("rounded", "The share is rounded. Return it as it is.")
def _(model):
    return round(ours.parameter_share(model), 3)


@PARAMETER_SHARE.suspect(
    "norms_left_out",
    "The whole is taken to be dense layers and convolutions. Other layers, such as batch norms, "
    "have parameters too.",
)
def _(model):
    dense = _count(_dense(model.modules()))
    convs = _count(module for module in model.modules() if isinstance(module, nn.Conv2d))
    return dense / (dense + convs)


@PARAMETER_SHARE.suspect(
    "parts_counted_again",
    "Parameters are counted more than once: for a layer, and again for each module around it. "
    "`model.parameters()` has everything once.",
)
def _(model):
    return _count(_dense(model.modules())) / _count(model.modules())


@PARAMETER_SHARE.suspect(
    "last_layer_only", "Only the last dense layer is counted. There may be several."
)
def _(model):
    return _count(_dense(model.modules())[-1:]) / _count([model])


@PARAMETER_SHARE.suspect(
    "first_layer_only",
    "Only the first dense layer is counted. Does `return` stand inside the loop?",
)
def _(model):
    return _count(_dense(model.modules())[:1]) / _count([model])


@PARAMETER_SHARE.suspect("count_not_share", "This is a number of parameters. Asked for is a share.")
def _(model):
    return _count(_dense(model.modules()))


def agree_on_share(student: Student, *rows: tuple[Any, ...]) -> None:
    agree_about(student, PARAMETER_SHARE, rows)


def agree_on_no_parameters(student: Student) -> None:
    """Asks about a network that learns nothing, and says so if any parameter would have helped."""
    with blame(
        "needs_a_parameter",
        "The code stops on a network without parameters. Its share is 0.",
        if_passes=lambda: agree_on_share(student, ("Conv2d", 1, 2, 3), ("Linear", 2, 3)),
    ):
        agree_on_share(student, ("ReLU",), ("MaxPool2d", 2))


@PARAMETER_SHARE.visible("a convolution, a batch norm, two dense layers")
def _(student: Student, draw: Draw) -> None:
    agree_on_share(
        student,
        ("Conv2d", 3, 8, 3),
        ("BatchNorm2d", 8),
        ("Flatten",),
        ("Linear", 32, 11),
        ("ReLU",),
        ("Linear", 11, 5),
    )


@PARAMETER_SHARE.visible("dense layers inside a part of the network")
def _(student: Student, draw: Draw) -> None:
    agree_on_share(
        student,
        ("Sequential", ("Conv2d", 3, 6, 3), ("ReLU",)),
        ("Flatten",),
        ("Sequential", ("Linear", 24, 13), ("ReLU",), ("Sequential", ("Linear", 13, 7))),
    )
