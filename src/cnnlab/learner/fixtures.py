"""Trusted things a check may use beside the learner's code: networks, optimisers, batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import torch
from torch import nn

from cnnlab.learner.verbs import verb
from cnnlab.learner.wire import Ref
from cnnlab.learner.workbench import Workbench


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


class DepthwiseBlock(nn.Module):
    """A block with the signature of a residual network's blocks, and of no kind that is taught."""

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(
            in_channels, in_channels, 3, stride, 1, groups=in_channels, bias=False
        )
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1, bias=False)
        self.norm = nn.BatchNorm2d(out_channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C_in, H, W) to (N, C_out, H/stride, W/stride)."""
        return self.norm(self.pointwise(self.depthwise(x))).tanh()


class TwoNorms(nn.Module):
    """Two convolutions in a row that keep the shape: no residual block, but with the same names."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C, H, W) to the same shape."""
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).tanh())).tanh()


class Convolved(nn.Module):
    """A 3×3 convolution, batch norm and a leaky ReLU, with torchvision's names."""

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.relu = nn.LeakyReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C_in, H, W) to (N, C_out, H/stride, W/stride)."""
        return self.relu(self.bn1(self.conv1(x)))


class Backbone(Convolved):
    """A stem, one stage for each width, an average and a dense layer, with torchvision's names.

    The first stage ends in a dropout, the last one in a layer that happens to be called fc1.
    """

    def __init__(self, widths: list[int], num_classes: int) -> None:
        super().__init__(3, widths[0])
        before = [widths[0], *widths[:-1]]
        self.stage_names = [f"layer{number + 1}" for number in range(len(widths))]
        for number, name in enumerate(self.stage_names):
            stride = 1 if number == 0 else 2
            stage = nn.Sequential(Convolved(before[number], widths[number], stride))
            self.add_module(name, stage)
        self.get_submodule(self.stage_names[0]).add_module("drop", nn.Dropout(0.5))
        last = nn.Conv2d(widths[-1], widths[-1], 1)
        self.get_submodule(self.stage_names[-1]).add_module("fc1", last)
        self.fc = nn.Linear(widths[-1], num_classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, 3, H, W) to (N, num_classes)."""
        x = super().forward(x)
        for name in self.stage_names:
            x = self.get_submodule(name)(x)
        return self.fc(x.mean(dim=(2, 3)))


class LookedUp:
    """A function of a name and an effort whose values stand in a table; it notes every call."""

    def __init__(self, table: dict[str, dict[int, float]]) -> None:
        self._table = table
        self.calls: list[str] = []

    def __call__(self, candidate: str, effort: int) -> float:
        if candidate not in self._table or effort not in self._table[candidate]:
            raise ValueError(
                "score(candidate, effort) was called with something else than one of the "
                "candidates and one of the efforts"
            )
        self.calls.append(f"{candidate} at effort {effort}")
        return self._table[candidate][effort]


_LAYERS: dict[str, Callable[..., nn.Module]] = {
    "AvgPool2d": nn.AvgPool2d,
    "BatchNorm1d": nn.BatchNorm1d,
    "BatchNorm2d": nn.BatchNorm2d,
    "Conv2d": nn.Conv2d,
    "DepthwiseBlock": DepthwiseBlock,
    "Dropout": nn.Dropout,
    "Flatten": nn.Flatten,
    "Linear": nn.Linear,
    "MaxPool2d": nn.MaxPool2d,
    "ReLU": nn.ReLU,
    "Sequential": lambda *layers: network(layers),
    "Tanh": nn.Tanh,
    "TwoNorms": TwoNorms,
    "Untidy": Untidy,
    "Witness": Witness,
}

_OPTIMIZERS: dict[str, type[torch.optim.Optimizer]] = {
    "SGD": torch.optim.SGD,
    "Adam": torch.optim.Adam,
    "AdamW": torch.optim.AdamW,
}


def fixture(make: Callable[..., Any]) -> Callable[..., Any]:
    """Declares a verb that makes something that is handed to a learner's code."""

    @wraps(make)
    def made(bench: Workbench, *args: Any, **kwargs: Any) -> Ref:
        return bench.keep(make(*bench.resolve(args), **bench.resolve(kwargs)))

    verb(made)
    return make


@fixture
def network(layers: Iterable[tuple[Any, ...]]) -> nn.Sequential:
    """An `nn.Sequential` from rows such as `("Linear", 4, 2)` or `("Sequential", row, row)`.

    A class in the place of a name is a learner's own layer.
    """
    return nn.Sequential(
        *((layer(kind) if isinstance(kind, str) else kind)(*settings) for kind, *settings in layers)
    )


@fixture
def layer(kind: str) -> Callable[..., nn.Module]:
    """What makes a trusted layer."""
    return _LAYERS[kind]


@fixture
def backbone(widths: list[int], num_classes: int) -> nn.Module:
    return Backbone(widths, num_classes)


@fixture
def optimizer(of: nn.Module, kind: str = "SGD", **settings: Any) -> torch.optim.Optimizer:
    return _OPTIMIZERS[kind](of.parameters(), **settings)


@fixture
def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@fixture
def table(values: dict[str, dict[int, float]]) -> LookedUp:
    """A function that looks its values up."""
    return LookedUp(values)
