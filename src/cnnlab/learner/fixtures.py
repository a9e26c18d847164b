"""Trusted things a check may use beside the learner's code: networks, optimisers, batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import nn

from cnnlab.models import PlainBlock, ResidualBlock, SmallResNet


class Witness(nn.Module):
    """Passes its input on and remembers in which mode, with gradients or without."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[dict[str, bool]] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.seen.append({"training": self.training, "gradients": torch.is_grad_enabled()})
        return x

    def __deepcopy__(self, memo: dict[int, Any]) -> Witness:
        """Copies write into the same record: a loop may well measure a copy of its network."""
        copy = Witness()
        copy.training, copy.seen = self.training, self.seen
        return copy


class Untidy(nn.Module):
    """Registers its layers in another order than it runs them, and runs one ReLU twice.

    One of them has a hook already, as a tool that somebody else uses may have left it.
    """

    def __init__(self, n_in: int, width: int) -> None:
        super().__init__()
        self.last = nn.ReLU()
        self.second = nn.Linear(width, width)
        self.first = nn.Linear(n_in, width)
        self.shared = nn.ReLU()
        self.third = nn.Linear(width, width)
        self.shared.register_forward_hook(lambda *_: None)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.shared(self.first(x))
        x = self.shared(self.second(x))
        return self.last(self.third(x))


_LAYERS: dict[str, Callable[..., nn.Module]] = {
    "AvgPool2d": nn.AvgPool2d,
    "BatchNorm1d": nn.BatchNorm1d,
    "BatchNorm2d": nn.BatchNorm2d,
    "Conv2d": nn.Conv2d,
    "Dropout": nn.Dropout,
    "Flatten": nn.Flatten,
    "Linear": nn.Linear,
    "MaxPool2d": nn.MaxPool2d,
    "PlainBlock": PlainBlock,
    "ReLU": nn.ReLU,
    "ResidualBlock": ResidualBlock,
    "Sequential": lambda *layers: network(layers),
    "Tanh": nn.Tanh,
    "Untidy": Untidy,
    "Witness": Witness,
}

_OPTIMIZERS: dict[str, type[torch.optim.Optimizer]] = {
    "SGD": torch.optim.SGD,
    "Adam": torch.optim.Adam,
}


def network(layers: Iterable[tuple[Any, ...]]) -> nn.Sequential:
    """An `nn.Sequential` from rows such as `("Linear", 4, 2)` or `("Sequential", row, row)`.

    A class in the place of a name is a learner's own layer.
    """
    return nn.Sequential(
        *((layer(kind) if isinstance(kind, str) else kind)(*settings) for kind, *settings in layers)
    )


def layer(kind: str) -> Callable[..., nn.Module]:
    """What makes a trusted layer."""
    return _LAYERS[kind]


def backbone(widths: list[int], num_classes: int) -> nn.Module:
    """A residual network with torchvision's names: conv1, bn1, layer1 … layerN, fc.

    Its first stage ends in a dropout, its last one in a layer that happens to be called fc1.
    """
    model = SmallResNet([1] * len(widths), widths, num_classes)
    stages = [model.get_submodule(name) for name in model.stage_names]
    stages[0].add_module("drop", nn.Dropout(0.5))
    stages[-1].add_module("fc1", nn.Conv2d(widths[-1], widths[-1], 1))
    return model


def optimizer(of: nn.Module, kind: str = "SGD", **settings: Any) -> torch.optim.Optimizer:
    return _OPTIMIZERS[kind](of.parameters(), **settings)


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def one_pass(items: list[Any]) -> Iterator[Any]:
    """Batches that can be walked through once and have no length, as a stream's have not."""
    yield from items
