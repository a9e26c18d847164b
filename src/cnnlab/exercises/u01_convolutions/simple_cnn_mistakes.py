"""SimpleCNN built with the mistakes learners make, to recognise them by what they compute."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn

from cnnlab.check.exercise import Exercise
from cnnlab.models.simple import SimpleCNN


def _changed(layers: Mapping[str, nn.Module | None], num_classes: int = 10) -> SimpleCNN:
    """Our network with some layers replaced, or left out for None, by name as in `features.2`."""
    network = SimpleCNN(num_classes)
    for name, layer in layers.items():
        part, _, index = name.partition(".")
        setattr(network.get_submodule(part), index, layer or nn.Identity())
    return network


def _without_padding(network: nn.Module) -> nn.Module:
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            layer.padding = (0, 0)
    return network


class _Viewed(nn.Module):
    """SimpleCNN without padding, with a view whose width was written down for padded maps."""

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        self.network = _without_padding(SimpleCNN(num_classes))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        features: nn.Module = self.network.get_submodule("features")
        classifier: nn.Module = self.network.get_submodule("classifier")
        return classifier(features(x).view(-1, 128 * 4 * 4))


class _WithoutSuper(nn.Module):
    def __init__(self, num_classes: int = 10) -> None:
        self.features = SimpleCNN(num_classes).features


class _WithHiddenFeatures(nn.Module):
    """SimpleCNN with its convolutions in a plain list, where torch does not see them."""

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        self.features = [SimpleCNN(num_classes).features]
        self.classifier = SimpleCNN(num_classes).classifier

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.features[0](x))


def add_mistakes(exercise: Exercise) -> None:
    _add_mistakes_of_python(exercise)
    _add_mistakes_at_the_end(exercise)
    _add_mistakes_of_nonlinearities(exercise)
    _add_mistakes_of_sizes(exercise)
    exercise.mistake(
        "layers_in_a_plain_list",
        "Your convolutions aren't among the network's parameters, so no optimizer will train "
        "them. torch finds layers that are attributes or sit inside nn.Sequential or "
        "nn.ModuleList, but not in a plain list.",
    )(_WithHiddenFeatures)


def _add_mistakes_of_python(exercise: Exercise) -> None:
    exercise.mistake(
        "super_init_missing",
        "Call `super().__init__()` first, in the first line of `__init__`: nn.Module has to be set "
        "up before it can hold layers.",
    )(_WithoutSuper)

    @exercise.mistake(
        "list_inside_sequential",
        "nn.Sequential takes layers, not a list of layers. Put a star before the list: "
        "`nn.Sequential(*layers)`.",
    )
    def _(num_classes: int = 10) -> nn.Module:
        return nn.Sequential(list(SimpleCNN(num_classes).features))  # type: ignore[call-overload]

    @exercise.mistake(
        "float_reaches_a_layer",
        "A size of your layers is a float. `/` always gives one, even for 32 / 8; `//` gives a "
        "whole number.",
    )
    def _(num_classes: int = 10) -> nn.Module:
        return nn.Linear(128 * (32 / 8) * (32 / 8), 512)  # type: ignore[arg-type]


def _add_mistakes_at_the_end(exercise: Exercise) -> None:
    @exercise.mistake(
        "num_classes_ignored",
        "The network returns 10 numbers per image whatever `num_classes` is.",
    )
    def _(num_classes: int = 10) -> nn.Module:
        return SimpleCNN(10)

    @exercise.mistake(
        "softmax_at_the_end",
        "The network ends in a softmax. It should return logits: the loss applies the softmax "
        "itself, and applying it twice hurts.",
    )
    def _(num_classes: int = 10) -> nn.Module:
        return nn.Sequential(SimpleCNN(num_classes), nn.Softmax(dim=1))

    @exercise.mistake(
        "softmax_at_the_end",
        "The network ends in a log-softmax. It should return logits: the loss applies it itself.",
    )
    def _(num_classes: int = 10) -> nn.Module:
        return nn.Sequential(SimpleCNN(num_classes), nn.LogSoftmax(dim=1))

    @exercise.mistake(
        "relu_on_the_logits",
        "There is a ReLU after the last layer. Logits can be negative; that's how a class is "
        "ruled out.",
    )
    def _(num_classes: int = 10) -> nn.Module:
        return nn.Sequential(SimpleCNN(num_classes), nn.ReLU())


def _add_mistakes_of_nonlinearities(exercise: Exercise) -> None:
    @exercise.mistake(
        "head_without_relu",
        "There is no ReLU between the two dense layers. Without one they collapse into a single "
        "dense layer.",
    )
    def _(num_classes: int = 10) -> nn.Module:
        return _changed({"classifier.2": None}, num_classes)

    @exercise.mistake("convolutions_without_relu", "There is no ReLU after the convolutions.")
    def _(num_classes: int = 10) -> nn.Module:
        layers = dict.fromkeys(("features.1", "features.4", "features.7"))
        return _changed(layers, num_classes)

    @exercise.mistake(
        "last_convolution_without_relu",
        "There is no ReLU after the third convolution.",
    )
    def _(num_classes: int = 10) -> nn.Module:
        return _changed({"features.7": None}, num_classes)

    @exercise.mistake(
        "average_pooling",
        "You use average pooling. This network uses max pooling.",
    )
    def _(num_classes: int = 10) -> nn.Module:
        return _changed({f"features.{i}": nn.AvgPool2d(2) for i in (2, 5, 8)}, num_classes)


def _add_mistakes_of_sizes(exercise: Exercise) -> None:
    @exercise.mistake(
        "no_padding",
        "Your convolutions have no padding: each one cuts off two rows and two columns, so 512 "
        "numbers reach the dense layers instead of 2,048.",
    )
    def _(num_classes: int = 10) -> nn.Module:
        fitting = {"classifier.1": nn.Linear(128 * 2 * 2, 512)}
        return _without_padding(_changed(fitting, num_classes))

    @exercise.mistake(
        "no_padding",
        "Your convolutions have no padding: each one cuts off two rows and two columns, so 512 "
        "numbers reach the first dense layer, which expects 2,048. Add `padding=1`.",
    )
    def _(num_classes: int = 10) -> nn.Module:
        return _without_padding(SimpleCNN(num_classes))

    exercise.mistake(
        "no_padding",
        "Your convolutions have no padding: each one cuts off two rows and two columns, so an "
        "image leaves 512 numbers, and a view of 2,048 doesn't fit. Add `padding=1`.",
    )(_Viewed)

    @exercise.mistake(
        "one_pooling_missing",
        "The first dense layer fails: it expects 2,048 numbers and gets 8,192. One of the three "
        "rounds has no pooling: the side should go 32, 16, 8, 4.",
    )
    def _(num_classes: int = 10) -> nn.Module:
        return _changed({"features.8": None}, num_classes)

    @exercise.mistake(
        "one_pooling_missing",
        "Your sizes are those of two poolings. There are three: the side should go 32, 16, 8, 4.",
    )
    def _(num_classes: int = 10) -> nn.Module:
        fitting = {"features.8": None, "classifier.1": nn.Linear(128 * 8 * 8, 512)}
        return _changed(fitting, num_classes)

    @exercise.mistake(
        "not_flattened",
        "The maps reach the first dense layer unflattened, and it fails. Flatten them first, all "
        "dimensions but the batch.",
    )
    def _(num_classes: int = 10) -> nn.Module:
        return _changed({"classifier.0": None}, num_classes)

    @exercise.mistake(
        "hidden_layer_missing",
        "The flattened maps go straight to the logits. There should be a dense layer of 512 units "
        "in between.",
    )
    def _(num_classes: int = 10) -> nn.Module:
        direct = nn.Linear(128 * 4 * 4, num_classes)
        return _changed({"classifier.1": direct, "classifier.2": None, "classifier.4": None})
