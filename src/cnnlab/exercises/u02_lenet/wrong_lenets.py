"""LeNet-5 built with the mistakes learners make, to recognise them by what they compute."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import nn

from cnnlab.check.exercise import Exercise

_NO_PADDING = (
    "padding_forgotten",
    "A 28×28 image without padding shrinks to 4×4, not 5×5, before the dense layers. LeNet-5 "
    "was made for 32×32: the first convolution adds the missing border.",
)

_PADDED = (
    "always_padded",
    "You pad the first convolution whatever the size of the image. A 32×32 image is already as "
    "large as LeNet-5 wants it.",
)


class _Lenet(nn.Module):
    """LeNet-5 with every choice open.

    `pool_first` names the convolutions after which activation and pooling are swapped, `without`
    the layers that no activation follows.
    """

    def __init__(
        self,
        num_classes: int = 10,
        in_channels: int = 1,
        image_size: int = 28,
        modern: bool = False,
        *,
        activation: Callable[[], nn.Module] | None = None,
        dense_activation: Callable[[], nn.Module] | None = None,
        pool: Callable[[int], nn.Module] | None = None,
        padding: int | None = None,
        side: int = 5,
        pool_first: Sequence[str] = (),
        without: Sequence[str] = (),
        registered: bool = True,
        flatten_from: int = 1,
        end: Callable[[], nn.Module] = nn.Identity,
    ) -> None:
        super().__init__()
        act = activation or (nn.ReLU if modern else nn.Tanh)
        dense_act = dense_activation or act
        pool = pool or (nn.MaxPool2d if modern else nn.AvgPool2d)
        if padding is None:
            padding = 2 if image_size == 28 else 0

        def after(name: str) -> list[nn.Module]:
            first = nn.Identity() if name in without else act()
            return [pool(2), first] if name in pool_first else [first, pool(2)]

        features = [
            nn.Conv2d(in_channels, 6, 5, padding=padding),
            *after("C1"),
            nn.Conv2d(6, 16, 5),
            *after("C3"),
        ]
        self.features = nn.Sequential(*features) if registered else features
        self.classifier = nn.Sequential(
            nn.Flatten(flatten_from),
            nn.Linear(16 * side * side, 120),
            nn.Identity() if "C5" in without else dense_act(),
            nn.Linear(120, 84),
            nn.Identity() if "F6" in without else dense_act(),
            nn.Linear(84, num_classes),
            end(),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.features:
            x = layer(x)
        return self.classifier(x)


def sigmoid_lenet(
    num_classes: int = 10, in_channels: int = 1, image_size: int = 28, modern: bool = False
) -> nn.Module:
    """Classic LeNet-5 with the other activation of its time."""
    return _Lenet(num_classes, in_channels, image_size, activation=nn.Sigmoid)


def add_lenet_mistakes(exercise: Exercise) -> None:
    """Registers wrong LeNets, in tanh and in sigmoid where the classic form allows both."""
    for activation in (None, nn.Sigmoid):
        _add_suspects(exercise, activation)


def _add_suspects(exercise: Exercise, classic: Callable[[], nn.Module] | None) -> None:
    def lenet(num_classes=10, in_channels=1, image_size=28, modern=False, **choices):
        choices.setdefault("activation", None if modern else classic)
        return _Lenet(num_classes, in_channels, image_size, modern, **choices)

    @exercise.mistake(
        "form_ignored",
        "This is the other form, or `modern` changes nothing. Classic is tanh or sigmoid with "
        "average pooling; modern is ReLU with max pooling.",
    )
    def _(num_classes=10, in_channels=1, image_size=28, modern=False):
        return lenet(num_classes, in_channels, image_size, not modern)

    @exercise.mistake(
        "pooling_not_switched",
        "The activation is right, the pooling is not: average pooling belongs to the classic form, "
        "max pooling to the modern one.",
    )
    def _(num_classes=10, in_channels=1, image_size=28, modern=False):
        pool = nn.AvgPool2d if modern else nn.MaxPool2d
        return lenet(num_classes, in_channels, image_size, modern, pool=pool)

    @exercise.mistake(
        "activation_not_switched",
        "The pooling is right, the activation is not: tanh or sigmoid belong to the classic form, "
        "ReLU to the modern one.",
    )
    def _(num_classes=10, in_channels=1, image_size=28, modern=False):
        activation = (classic or nn.Tanh) if modern else nn.ReLU
        return lenet(num_classes, in_channels, image_size, modern, activation=activation)

    @exercise.mistake(
        "dense_activation_not_switched",
        "After the convolutions the activation is right; after the dense layers it is that of the "
        "other form.",
    )
    def _(num_classes=10, in_channels=1, image_size=28, modern=False):
        dense = (classic or nn.Tanh) if modern else nn.ReLU
        return lenet(num_classes, in_channels, image_size, modern, dense_activation=dense)

    for layers in (("C1", "C3"), ("C1",), ("C3",)):
        exercise.mistake(
            "pooled_before_activation",
            f"You pool before the activation, after {' and '.join(layers)}. With average pooling "
            "that gives other numbers: here the activation comes first.",
        )(partial(lenet, pool_first=layers))

    for layers in (("C1",), ("C3",), ("C1", "C3"), ("C5",), ("F6",)):
        exercise.mistake(
            "activation_missing",
            f"There is no activation after {' and '.join(layers)}. One follows every convolution "
            "and every dense layer but the last.",
        )(partial(lenet, without=layers))

    exercise.mistake(
        "no_activation_between_dense_layers",
        "There is no activation between the dense layers: together they are one linear layer.",
    )(partial(lenet, without=("C5", "F6")))

    @exercise.mistake(
        "no_activation",
        "There is no activation anywhere. Convolutions and linear layers without one between them "
        "are together one linear map.",
    )
    def _(num_classes=10, in_channels=1, image_size=28, modern=False):
        return lenet(num_classes, in_channels, image_size, modern, activation=nn.Identity)

    @exercise.mistake(
        "softmax_at_the_end",
        "The network ends in a softmax. It should give logits: cross-entropy holds the softmax.",
    )
    def _(num_classes=10, in_channels=1, image_size=28, modern=False):
        end = _softmax_over_classes
        return lenet(num_classes, in_channels, image_size, modern, end=end)

    @exercise.mistake(
        "activation_at_the_end",
        "There is an activation after the last layer, so the logits cannot take every value. The "
        "last layer stays linear.",
    )
    def _(num_classes=10, in_channels=1, image_size=28, modern=False):
        end = nn.ReLU if modern else classic or nn.Tanh
        return lenet(num_classes, in_channels, image_size, modern, end=end)

    @exercise.mistake(*_NO_PADDING)
    def _(num_classes=10, in_channels=1, image_size=28, modern=False):
        return lenet(num_classes, in_channels, image_size, modern, padding=0, side=5)

    @exercise.mistake(*_NO_PADDING)
    def _(num_classes=10, in_channels=1, image_size=28, modern=False):
        side = 4 if image_size == 28 else 5
        return lenet(num_classes, in_channels, image_size, modern, padding=0, side=side)

    @exercise.mistake(*_PADDED)
    def _(num_classes=10, in_channels=1, image_size=28, modern=False):
        return lenet(num_classes, in_channels, image_size, modern, padding=2)

    @exercise.mistake(*_PADDED)
    def _(num_classes=10, in_channels=1, image_size=28, modern=False):
        side = 5 if image_size == 28 else 6
        return lenet(num_classes, in_channels, image_size, modern, padding=2, side=side)

    @exercise.mistake(
        "channels_ignored",
        "Your first convolution always expects one channel. Use `in_channels`.",
    )
    def _(num_classes=10, in_channels=1, image_size=28, modern=False):
        return lenet(num_classes, 1, image_size, modern)

    @exercise.mistake(
        "classes_ignored",
        "Your network always gives ten logits. Use `num_classes`.",
    )
    def _(num_classes=10, in_channels=1, image_size=28, modern=False):
        return lenet(10, in_channels, image_size, modern)

    @exercise.mistake(
        "layers_not_registered",
        "The network does not know its convolutions. Layers kept in a plain Python list are not "
        "found by parameters(): use nn.Sequential, nn.ModuleList, or an attribute for each.",
    )
    def _(num_classes=10, in_channels=1, image_size=28, modern=False):
        return lenet(num_classes, in_channels, image_size, modern, registered=False)

    @exercise.mistake(
        "batch_flattened_too",
        "You flatten the batch into one long row. Its first dimension counts the images: keep it.",
    )
    def _(num_classes=10, in_channels=1, image_size=28, modern=False):
        return lenet(num_classes, in_channels, image_size, modern, flatten_from=0)


def _softmax_over_classes() -> nn.Module:
    return nn.Softmax(dim=1)
