"""LeNet-5 built with the mistakes learners make, to recognise them by what they compute."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import nn

from cnnlab.check.exercise import Exercise

Activation = Callable[[], nn.Module]


@dataclass(frozen=True)
class Asked:
    """The settings of one call of `LeNet5`."""

    num_classes: int = 10
    in_channels: int = 1
    image_size: int = 28
    modern: bool = False


class _Lenet(nn.Module):
    """LeNet-5 with every choice open.

    `pool_first` names the convolutions after which activation and pooling are swapped, `without`
    the layers that no activation follows.
    """

    def __init__(
        self,
        asked: Asked,
        *,
        activation: Activation | None = None,
        dense_activation: Activation | None = None,
        pool: Callable[[int], nn.Module] | None = None,
        padding: int | None = None,
        side: int = 5,
        pool_first: Sequence[str] = (),
        without: Sequence[str] = (),
        registered: bool = True,
        flatten_from: int = 1,
        end: Activation = nn.Identity,
    ) -> None:
        super().__init__()
        act = activation or (nn.ReLU if asked.modern else nn.Tanh)
        dense_act = dense_activation or act
        pool = pool or (nn.MaxPool2d if asked.modern else nn.AvgPool2d)
        if padding is None:
            padding = 2 if asked.image_size == 28 else 0

        def after(name: str) -> list[nn.Module]:
            first = nn.Identity() if name in without else act()
            return [pool(2), first] if name in pool_first else [first, pool(2)]

        features = [
            nn.Conv2d(asked.in_channels, 6, 5, padding=padding),
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
            nn.Linear(84, asked.num_classes),
            end(),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.features:
            x = layer(x)
        return self.classifier(x)


def sigmoid_lenet(*args: Any, **kwargs: Any) -> nn.Module:
    """Classic LeNet-5 with the other activation of its time."""
    return _Lenet(Asked(*args, **kwargs), activation=nn.Sigmoid)


def add_mistakes(exercise: Exercise) -> None:
    """Registers wrong LeNets, in tanh and in sigmoid where the classic form allows both."""
    for classic in (nn.Tanh, nn.Sigmoid):
        mistakes = _Mistakes(exercise, classic)
        mistakes.add_other_forms()
        mistakes.add_other_activations()
        mistakes.add_other_sizes()
        mistakes.add_other_structures()


@dataclass(frozen=True)
class _Mistakes:
    """The mistakes of a learner whose classic activation is this one."""

    exercise: Exercise
    classic: Activation

    def add(self, mistake: str, message: str, build: Callable[[Asked], nn.Module]) -> None:
        def wrong(*args: Any, **kwargs: Any) -> nn.Module:
            return build(Asked(*args, **kwargs))

        self.exercise.mistake(mistake, message)(wrong)

    def lenet(self, asked: Asked, **choices: Any) -> nn.Module:
        choices.setdefault("activation", None if asked.modern else self.classic)
        return _Lenet(asked, **choices)

    def of_the_other_form(self, asked: Asked) -> Activation:
        return self.classic if asked.modern else nn.ReLU

    def add_other_forms(self) -> None:
        self.add(
            "form_ignored",
            "This is the other form, or `modern` changes nothing. Classic is tanh or sigmoid with "
            "average pooling; modern is ReLU with max pooling.",
            lambda asked: self.lenet(replace(asked, modern=not asked.modern)),
        )
        self.add(
            "pooling_not_switched",
            "The activation is right, the pooling is not: average pooling belongs to the classic "
            "form, max pooling to the modern one.",
            lambda asked: self.lenet(asked, pool=nn.AvgPool2d if asked.modern else nn.MaxPool2d),
        )
        self.add(
            "activation_not_switched",
            "The pooling is right, the activation is not: tanh or sigmoid belong to the classic "
            "form, ReLU to the modern one.",
            lambda asked: self.lenet(asked, activation=self.of_the_other_form(asked)),
        )
        self.add(
            "dense_activation_not_switched",
            "After the convolutions the activation is right; after the dense layers it is that of "
            "the other form.",
            lambda asked: self.lenet(asked, dense_activation=self.of_the_other_form(asked)),
        )

    def add_other_activations(self) -> None:
        for layers in (("C1", "C3"), ("C1",), ("C3",)):
            self.add(
                "pooled_before_activation",
                f"You pool before the activation, after {' and '.join(layers)}. With average "
                "pooling that gives other numbers: here the activation comes first.",
                partial(self.lenet, pool_first=layers),
            )
        for layers in (("C1",), ("C3",), ("C1", "C3"), ("C5",), ("F6",)):
            self.add(
                "activation_missing",
                f"There is no activation after {' and '.join(layers)}. One follows every "
                "convolution and every dense layer but the last.",
                partial(self.lenet, without=layers),
            )
        self.add(
            "no_activation_between_dense_layers",
            "There is no activation between the dense layers: together they are one linear layer.",
            partial(self.lenet, without=("C5", "F6")),
        )
        self.add(
            "no_activation",
            "There is no activation anywhere. Convolutions and linear layers without one between "
            "them are together one linear map.",
            partial(self.lenet, activation=nn.Identity),
        )
        self.add(
            "softmax_at_the_end",
            "The network ends in a softmax. It should give logits: cross-entropy holds the "
            "softmax.",
            partial(self.lenet, end=partial(nn.Softmax, dim=1)),
        )
        self.add(
            "activation_at_the_end",
            "There is an activation after the last layer, so the logits cannot take every value. "
            "The last layer stays linear.",
            lambda asked: self.lenet(asked, end=nn.ReLU if asked.modern else self.classic),
        )

    def add_other_sizes(self) -> None:
        no_padding = (
            "padding_forgotten",
            "A 28×28 image without padding shrinks to 4×4, not 5×5, before the dense layers. "
            "LeNet-5 was made for 32×32: the first convolution adds the missing border.",
        )
        self.add(*no_padding, partial(self.lenet, padding=0))
        self.add(
            *no_padding,
            lambda asked: self.lenet(asked, padding=0, side=4 if asked.image_size == 28 else 5),
        )
        padded = (
            "always_padded",
            "You pad the first convolution whatever the size of the image. A 32×32 image is "
            "already as large as LeNet-5 wants it.",
        )
        self.add(*padded, partial(self.lenet, padding=2))
        self.add(
            *padded,
            lambda asked: self.lenet(asked, padding=2, side=5 if asked.image_size == 28 else 6),
        )
        self.add(
            "channels_ignored",
            "Your first convolution always expects one channel. Use `in_channels`.",
            lambda asked: self.lenet(replace(asked, in_channels=1)),
        )
        self.add(
            "classes_ignored",
            "Your network always gives ten logits. Use `num_classes`.",
            lambda asked: self.lenet(replace(asked, num_classes=10)),
        )

    def add_other_structures(self) -> None:
        self.add(
            "layers_not_registered",
            "The network does not know its convolutions. Layers kept in a plain Python list are "
            "not found by parameters(): use nn.Sequential, nn.ModuleList, or an attribute for "
            "each.",
            partial(self.lenet, registered=False),
        )
        self.add(
            "batch_flattened_too",
            "You flatten the batch into one long row. Its first dimension counts the images: keep "
            "it.",
            partial(self.lenet, flatten_from=0),
        )
