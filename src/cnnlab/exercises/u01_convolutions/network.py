"""SimpleCNN of unit 01, judged by its size and by what it computes with the learner's weights."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Mapping

import torch
from torch import nn

from cnnlab.check.agree import agree_network
from cnnlab.check.blame import blame
from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u01_convolutions.dropout import (
    expect_dropout_in_training,
    expect_repeatable,
    numbers,
)
from cnnlab.learner import LearnerCode, Network
from cnnlab.learner.problems import Raised
from cnnlab.reference import convolutions as ours

SIMPLE_CNN = Exercise("simple_cnn", {"SimpleCNN": ours.SimpleCNN})


def _changed(settings: dict[str, nn.Module | None], num_classes: int = 10) -> nn.Module:
    """Our network with some layers replaced, or left out for None, by name as in `features.2`."""
    network = ours.SimpleCNN(num_classes)
    for name, layer in settings.items():
        part, _, index = name.partition(".")
        setattr(network.get_submodule(part), index, layer or nn.Identity())
    return network


@SIMPLE_CNN.mistake(
    "num_classes_ignored",
    "The network gives 10 numbers for each image whatever `num_classes` is.",
)
def _(num_classes=10):
    return ours.SimpleCNN(10)


@SIMPLE_CNN.mistake(
    "softmax_at_the_end",
    "The network ends in a softmax. It should give logits: the loss applies the softmax itself, "
    "and twice is once too often.",
)
def _(num_classes=10):
    return nn.Sequential(ours.SimpleCNN(num_classes), nn.Softmax(dim=1))


@SIMPLE_CNN.mistake(
    "softmax_at_the_end",
    "The network ends in a log-softmax. It should give logits: the loss applies it itself.",
)
def _(num_classes=10):
    return nn.Sequential(ours.SimpleCNN(num_classes), nn.LogSoftmax(dim=1))


@SIMPLE_CNN.mistake(
    "relu_on_the_logits",
    "There is a ReLU after the last layer. Logits may be negative: that is how a class is ruled "
    "out.",
)
def _(num_classes=10):
    return nn.Sequential(ours.SimpleCNN(num_classes), nn.ReLU())


@SIMPLE_CNN.mistake(
    "head_without_relu",
    "There is no ReLU between the two dense layers. Without it they are no more than one dense "
    "layer.",
)
def _(num_classes=10):
    return _changed({"classifier.2": None}, num_classes)


@SIMPLE_CNN.mistake(
    "convolutions_without_relu",
    "There is no ReLU after the convolutions.",
)
def _(num_classes=10):
    return _changed(dict.fromkeys(("features.1", "features.4", "features.7")), num_classes)


@SIMPLE_CNN.mistake(
    "last_convolution_without_relu",
    "There is no ReLU after the third convolution.",
)
def _(num_classes=10):
    return _changed({"features.7": None}, num_classes)


@SIMPLE_CNN.mistake(
    "average_pooling",
    "The maps are shrunk by averages. This network takes the largest of each 2×2 window.",
)
def _(num_classes=10):
    return _changed({f"features.{i}": nn.AvgPool2d(2) for i in (2, 5, 8)}, num_classes)


@SIMPLE_CNN.mistake(
    "no_padding",
    "The convolutions have no padding: each takes two rows and two columns away, and 512 numbers "
    "instead of 2,048 arrive at the dense layers.",
)
def _(num_classes=10):
    network = _changed({"classifier.1": nn.Linear(128 * 2 * 2, 512)}, num_classes)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            layer.padding = (0, 0)
    return network


@SIMPLE_CNN.mistake(
    "no_padding",
    "The convolutions have no padding: each takes two rows and two columns away, and 512 numbers "
    "instead of 2,048 arrive at the first dense layer, which stops there.",
)
def _(num_classes=10):
    network = ours.SimpleCNN(num_classes)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            layer.padding = (0, 0)
    return network


@SIMPLE_CNN.mistake(
    "one_pooling_missing",
    "The first dense layer stops: 8,192 numbers arrive where 2,048 are expected. After one of the "
    "three rounds the pooling is missing: the side goes 32, 16, 8, 4.",
)
def _(num_classes=10):
    return _changed({"features.8": None}, num_classes)


@SIMPLE_CNN.mistake(
    "not_flattened",
    "The maps reach the first dense layer as they are, and it stops. Flatten them before, all "
    "dimensions but the first.",
)
def _(num_classes=10):
    return _changed({"classifier.0": None}, num_classes)


@SIMPLE_CNN.mistake(
    "one_pooling_missing",
    "The sizes are those of two poolings. There are three: the side goes 32, 16, 8, 4.",
)
def _(num_classes=10):
    return _changed({"features.8": None, "classifier.1": nn.Linear(128 * 8 * 8, 512)}, num_classes)


@SIMPLE_CNN.mistake(
    "hidden_layer_missing",
    "The flattened maps go straight to the logits. A dense layer of 512 units comes between them.",
)
def _(num_classes=10):
    direct = nn.Linear(128 * 4 * 4, num_classes)
    return _changed({"classifier.1": direct, "classifier.2": None, "classifier.4": None})


class _WithHiddenFeatures(nn.Module):
    """SimpleCNN with its convolutions in a plain list, where torch does not see them."""

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        self.features = [ours.SimpleCNN(num_classes).features]
        self.classifier = ours.SimpleCNN(num_classes).classifier

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.features[0](x))


SIMPLE_CNN.mistake(
    "layers_in_a_plain_list",
    "The convolutions are not among the network's parameters, so no optimiser will train them. "
    "torch finds layers that are attributes, or inside nn.Sequential or nn.ModuleList; in a plain "
    "list it does not.",
)(_WithHiddenFeatures)


def images(draw: Draw, count: int) -> torch.Tensor:
    return draw.normal(count, 3, 32, 32, dtype=torch.float32)


def awake(learner: LearnerCode, draw: Draw) -> Network:
    """The learner's network with weights of ours, so that no unusual start hides what it does."""
    network = learner.build("SimpleCNN")
    network.load(
        {
            name: draw.normal(*value.shape, dtype=torch.float32) * (2 / value[0].numel()) ** 0.5
            for name, value in network.parameters().items()
            if value.dim() > 1
        }
    )
    return network


def expect_size(learner: LearnerCode, num_classes: int = 10) -> None:
    """As many parameters as ours, in the same shapes."""
    agree_parameters(learner.build("SimpleCNN", num_classes), num_classes)


def agree_parameters(network: Network, num_classes: int) -> None:
    actual = _shapes(network.parameters())
    expected = _shapes_of(ours.SimpleCNN, num_classes)
    if actual == expected:
        return
    for mistake in SIMPLE_CNN.mistakes:
        if actual == _shapes_of(mistake.wrong, num_classes):
            raise Wrong(mistake.id, mistake.message)
    theirs, right = (sum(map(math.prod, shapes)) for shapes in (actual, expected))
    raise Wrong(
        "wrong_parameters",
        f"The network has {theirs:,} parameters; with the layers of the description and "
        f"{num_classes} classes there are {right:,}. Compare the channels, the kernels and the "
        "sizes of the dense layers.",
    )


def _shapes_of(build: Callable[..., nn.Module], num_classes: int) -> list[tuple[int, ...]]:
    with torch.device("meta"):  # shapes without numbers: there are many networks to compare with
        return _shapes(dict(build(num_classes).named_parameters()))


def _shapes(parameters: Mapping[str, torch.Tensor]) -> list[tuple[int, ...]]:
    return sorted(tuple(value.shape) for value in parameters.values())


def expect_logits(learner: LearnerCode, x: torch.Tensor, num_classes: int = 10) -> Network:
    """In eval mode, with the learner's weights, the network computes what ours does."""
    with contextlib.suppress(Raised):  # what stops the code is named below
        expect_repeatable(learner.build("SimpleCNN", num_classes), x)
    with blame(
        "batch_size_taken_for_one",
        "A single image passes, several do not. The images of a batch stay apart: only the three "
        "dimensions of each are flattened.",
        if_passes=lambda: learner.build("SimpleCNN", num_classes).eval().forward(x[:1]),
    ):
        return agree_network(learner, SIMPLE_CNN, num_classes, inputs=x)


def expect_shape(output: object, shape: tuple[int, ...]) -> None:
    actual = tuple(numbers(output).shape)
    if actual != shape:
        raise Wrong(
            "wrong_shape", f"The output of `SimpleCNN` has shape {actual}, expected {shape}."
        )


@SIMPLE_CNN.visible("1,147,466 parameters")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_size(learner)


@SIMPLE_CNN.visible("logits for three images")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_logits(learner, images(draw, 3))


@SIMPLE_CNN.visible("dropout in training mode only")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_dropout_in_training(awake(learner, draw), images(draw, 3))
