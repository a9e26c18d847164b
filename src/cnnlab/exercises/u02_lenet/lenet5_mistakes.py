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


class _WithoutSuper(nn.Module):
    def __init__(self) -> None:
        self.features = nn.Flatten()


def sigmoid_lenet(*args: Any, **kwargs: Any) -> nn.Module:
    """Classic LeNet-5 with the other activation of its time."""
    return _Lenet(Asked(*args, **kwargs), activation=nn.Sigmoid)


def add_mistakes(exercise: Exercise) -> None:
    """Registers wrong LeNets, in tanh and in sigmoid where the classic form allows both."""
    for classic in (nn.Tanh, nn.Sigmoid):
        mistakes = _Mistakes(exercise, classic)
        mistakes.add_mistakes_of_python()
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
            "This is the other form, or `modern` changes nothing. Classic means tanh or sigmoid "
            "with average pooling; modern means ReLU with max pooling.",
            lambda asked: self.lenet(replace(asked, modern=not asked.modern)),
        )
        self.add(
            "pooling_not_switched",
            "The activation is right, but the pooling isn't: average pooling goes with the "
            "classic form, max pooling with the modern one.",
            lambda asked: self.lenet(asked, pool=nn.AvgPool2d if asked.modern else nn.MaxPool2d),
        )
        self.add(
            "activation_not_switched",
            "The pooling is right, but the activation isn't: tanh or sigmoid goes with the "
            "classic form, ReLU with the modern one.",
            lambda asked: self.lenet(asked, activation=self.of_the_other_form(asked)),
        )
        self.add(
            "dense_activation_not_switched",
            "The activation is right after the convolutions, but the dense layers still use that "
            "of the other form.",
            lambda asked: self.lenet(asked, dense_activation=self.of_the_other_form(asked)),
        )

    def add_other_activations(self) -> None:
        for layers in (("C1", "C3"), ("C1",), ("C3",)):
            self.add(
                "pooled_before_activation",
                f"You pool before the activation, after {' and '.join(layers)}. With average "
                "pooling that changes the result: here the activation comes first.",
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
            "There is no activation between the dense layers, so together they are just one "
            "linear layer.",
            partial(self.lenet, without=("C5", "F6")),
        )
        self.add(
            "no_activation",
            "There is no activation anywhere. Without one, convolutions and linear layers "
            "collapse into a single linear map.",
            partial(self.lenet, activation=nn.Identity),
        )
        self.add(
            "softmax_at_the_end",
            "The network ends in a softmax. It should return logits: the cross-entropy includes "
            "the softmax.",
            partial(self.lenet, end=partial(nn.Softmax, dim=1)),
        )
        self.add(
            "activation_at_the_end",
            "There is an activation after the last layer, which limits the values the logits can "
            "take. Leave the last layer linear.",
            lambda asked: self.lenet(asked, end=nn.ReLU if asked.modern else self.classic),
        )

    def add_other_sizes(self) -> None:
        no_padding = (
            "padding_forgotten",
            "Without padding, a 28×28 image shrinks to 4×4 before the dense layers, not 5×5. "
            "LeNet-5 was made for 32×32; padding 2 in the first convolution adds the missing "
            "border.",
        )
        self.add(*no_padding, partial(self.lenet, padding=0))
        self.add(
            *no_padding,
            lambda asked: self.lenet(asked, padding=0, side=4 if asked.image_size == 28 else 5),
        )
        padded = (
            "always_padded",
            "You pad the first convolution whatever the image size. A 32×32 image already has the "
            "size that LeNet-5 expects.",
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
            "Your network always returns ten logits. Use `num_classes`.",
            lambda asked: self.lenet(replace(asked, num_classes=10)),
        )

    def add_mistakes_of_python(self) -> None:
        self.add(
            "super_init_missing",
            "Call `super().__init__()` first, in the first line of `__init__`: nn.Module has to be "
            "set up before it can hold layers.",
            lambda asked: _WithoutSuper(),
        )
        self.add(
            "list_inside_sequential",
            "nn.Sequential takes layers, not a list of layers. Put a star before the list: "
            "`nn.Sequential(*layers)`.",
            lambda asked: nn.Sequential([nn.Flatten()]),  # type: ignore[call-overload]
        )

    def add_other_structures(self) -> None:
        self.add(
            "layers_not_registered",
            "torch doesn't know about your convolutions: `parameters()` doesn't look inside plain "
            "Python lists. Use nn.Sequential, nn.ModuleList, or one attribute per layer.",
            partial(self.lenet, registered=False),
        )
        self.add(
            "batch_flattened_too",
            "You flatten the whole batch into one long row. Keep the first dimension: it counts "
            "the images.",
            partial(self.lenet, flatten_from=0),
        )
