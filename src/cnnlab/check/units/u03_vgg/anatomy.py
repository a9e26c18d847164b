"""Questions about networks that we made: where their parameters are, and which shapes they pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import nn

from cnnlab.check.blame import blame
from cnnlab.check.compare import Wrong, agrees, expect
from cnnlab.check.draw import Draw
from cnnlab.check.todo import Todo
from cnnlab.reference import vgg as ours
from cnnlab.student import Network, Student, fixtures

Rows = Sequence[tuple[Any, ...]]


def agree_about(student: Student, todo: Todo, rows: Rows, *args: Any) -> Network:
    """Asks the learner's function about a network of these rows, in training mode."""
    (name,) = todo.names
    network = student.network(*rows).train()
    outcome = student.outcome(name, network.ref, *args)

    def answer_of(function: Callable[..., Any]) -> Any:
        return function(fixtures.network(rows).train(), *args)

    expect(
        outcome.value,
        answer_of(todo.references[name]),
        f"the result of `{name}`",
        [(s.diagnosis, s.message, partial(answer_of, s.wrong)) for s in todo.suspects_of(name)],
        given=f"The network was {_words(rows)}.",
    )
    return network


def _words(rows: Rows) -> str:
    """The network as a learner would type it."""
    layers = [
        f"{kind}({_words(settings) if kind == 'Sequential' else ', '.join(map(str, settings))})"
        for kind, *settings in rows
    ]
    return ", ".join(layers)


# Where the parameters are

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


# Which shapes pass through

FEATURE_SHAPES = Todo("feature_shapes", {"feature_shapes": ours.feature_shapes})


def _pass_through(model: nn.Module, input_shape: Sequence[int], layers: Any) -> list[torch.Tensor]:
    x, seen = torch.zeros(2, *input_shape), []
    with torch.no_grad():
        for layer in layers:
            x = layer.eval()(x)
            seen.append(x)
    return seen


def _children(model: nn.Module, input_shape: Sequence[int]) -> list[torch.Tensor]:
    return _pass_through(model, input_shape, model.children())


@FEATURE_SHAPES.suspect(
    "batch_included",
    "The shapes begin with the batch. Asked for are those of one image: leave the first dimension "
    "out.",
)
def _(model, input_shape):
    return [(1, *x.shape[1:]) for x in _children(model, input_shape)]


@FEATURE_SHAPES.suspect(
    "input_listed_too",
    "The list begins with the shape of the input. It has one entry for each child.",
)
def _(model, input_shape):
    return [tuple(input_shape), *ours.feature_shapes(model, input_shape)]


@FEATURE_SHAPES.suspect(
    "last_shape_only",
    "Only the last shape is returned. Asked for is a list with one entry for each child.",
)
def _(model, input_shape):
    return ours.feature_shapes(model, input_shape)[-1]


@FEATURE_SHAPES.suspect(
    "last_shape_only",
    "Only the last shape is returned. Asked for is a list with one entry for each child.",
)
def _(model, input_shape):
    return ours.feature_shapes(model, input_shape)[-1:]


@FEATURE_SHAPES.suspect(
    "last_child_left_out",
    "The list ends one child too early.",
)
def _(model, input_shape):
    return ours.feature_shapes(model, input_shape)[:-1]


@FEATURE_SHAPES.suspect(
    "innermost_layers_listed",
    "Every innermost layer has an entry. A part of several layers is one child, and has one entry: "
    "the shape that leaves it.",
)
def _(model, input_shape):
    leaves = [module for module in model.modules() if not list(module.children())]
    return [tuple(x.shape[1:]) for x in _pass_through(model, input_shape, leaves)]


@FEATURE_SHAPES.suspect(
    "every_child_sees_the_image",
    "Every child is given the image. It gets what the child before it gave.",
)
def _(model, input_shape):
    image = torch.zeros(2, *input_shape)
    return [tuple(child.eval()(image).shape[1:]) for child in model.children()]


@FEATURE_SHAPES.suspect(
    "ones_dropped",
    "Dimensions of size 1 are lost, as `squeeze()` does. Take away the first dimension only.",
)
def _(model, input_shape):
    return [tuple(n for n in x.shape[1:] if n > 1) for x in _children(model, input_shape)]


@FEATURE_SHAPES.suspect(
    "channels_left_out",
    "The channels are missing: a map's shape is (C, H, W).",
)
def _(model, input_shape):
    return [tuple(x.shape[2:]) for x in _children(model, input_shape)]


@FEATURE_SHAPES.suspect(
    "numbers_counted",
    "These are the numbers of elements. Asked for are shapes.",
)
def _(model, input_shape):
    return [x[0].numel() for x in _children(model, input_shape)]


@FEATURE_SHAPES.suspect(
    "height_and_width_swapped", "Height and width are swapped: the order is (C, H, W)."
)
def _(model, input_shape):
    channels, height, width = input_shape
    return ours.feature_shapes(model, (channels, width, height))


def agree_on_shapes(student: Student, shape: tuple[int, ...], *rows: tuple[Any, ...]) -> Network:
    return agree_about(student, FEATURE_SHAPES, rows, shape)


def expect_statistics_kept(
    student: Student, shape: tuple[int, ...], *rows: tuple[Any, ...]
) -> None:
    """After the question about a network in training mode its batch norms have learned nothing."""
    network = student.network(*rows).train()
    before = network.buffers()
    student.call("feature_shapes", network.ref, shape)
    if not agrees(network.buffers(), before):
        raise Wrong(
            "statistics_changed",
            "The running statistics of a batch norm are others afterwards: your image went through "
            "it in training mode, and it learned from it.",
        )


def expect_modes_kept(
    student: Student, shape: tuple[int, ...], modes: dict[str, bool], *rows: tuple[Any, ...]
) -> None:
    """After the question every module has its mode: the one in `modes`, or training mode."""
    network = student.network(*rows).train()
    network.set_modes(modes)
    before = network.modes()
    student.call("feature_shapes", network.ref, shape)
    if network.modes() != before:
        raise Wrong(
            "mode_changed",
            "The network is in another mode afterwards. Who only looks gives every module back the "
            "mode it had.",
        )


@FEATURE_SHAPES.visible("a convolution and a pooling")
def _(student: Student, draw: Draw) -> None:
    agree_on_shapes(student, (2, 12, 9), ("MaxPool2d", 3), ("AvgPool2d", 2))
    agree_on_shapes(student, (3, 10, 14), ("Conv2d", 3, 5, 3), ("ReLU",), ("MaxPool2d", 2))


@FEATURE_SHAPES.visible("blocks count as one, dense layers give (n,)")
def _(student: Student, draw: Draw) -> None:
    agree_on_shapes(
        student,
        (1, 8, 12),
        ("Sequential", ("Conv2d", 1, 4, 3), ("ReLU",), ("MaxPool2d", 2)),
        ("Conv2d", 4, 1, 3),
        ("Flatten",),
        ("Linear", 3, 5),
    )


@FEATURE_SHAPES.visible("the network is left as it was")
def _(student: Student, draw: Draw) -> None:
    layers = (("Conv2d", 2, 3, 3), ("BatchNorm2d", 3), ("Flatten",))
    expect_statistics_kept(student, (2, 6, 5), *layers)
    expect_modes_kept(student, (2, 6, 5), {}, *layers)
