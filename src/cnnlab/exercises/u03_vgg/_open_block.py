"""A VGG block with every choice open, to build those that learners build by mistake."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from torch import nn


def _max_pool() -> nn.Module:
    return nn.MaxPool2d(2)


def open_block(
    in_channels: int,
    out_channels: int,
    num_convs: int,
    batch_norm: bool = False,
    *,
    kernel: int = 3,
    padding: int = 1,
    bias: bool | None = None,
    order: str = "conv norm relu",
    norms: str = "each",
    relus: str = "each",
    pool: Callable[[], nn.Module] = _max_pool,
    pools: str = "last",
    widen: str = "first",
    repeated: Collection[str] = (),
    first_apart: bool = False,
    last_stride: int = 1,
) -> nn.Sequential:
    """A VGG block with every choice open.

    `norms`, `relus` and `pools` are "each", "last", "none", or for ReLUs "inner": after which
    convolutions they stand. `widen` says which convolution changes the channels. Kinds of layers
    in `repeated` are one object wherever their size is the same, the first one left aside if it is
    `first_apart`.
    """
    kept: dict[Any, nn.Module] = {}

    def once(kind: str, number: int, fresh: nn.Conv2d | nn.BatchNorm2d) -> nn.Module:
        key = (kind, first_apart and number == 1, fresh.weight.shape)
        return kept.setdefault(key, fresh) if kind in repeated else fresh

    conv = partial(nn.Conv2d, padding=padding, bias=not batch_norm if bias is None else bias)
    layers: list[nn.Module] = []
    for number in range(1, num_convs + 1):
        last = number == num_convs
        wanted = {"each": True, "last": last, "inner": not last, "none": False}
        c_in, c_out = {
            "first": (in_channels if number == 1 else out_channels, out_channels),
            "last": (in_channels, out_channels if last else in_channels),
            "all": (in_channels, out_channels),
        }[widen]
        normalised = c_in if order.startswith("norm") else c_out
        for part in order.split():
            if part == "conv":
                stride = last_stride if last else 1
                layers.append(once("conv", number, conv(c_in, c_out, kernel, stride)))
            elif part == "norm" and batch_norm and wanted[norms]:
                layers.append(once("norm", number, nn.BatchNorm2d(normalised)))
            elif part == "relu" and wanted[relus]:
                layers.append(nn.ReLU())
        if wanted[pools]:
            layers.append(pool())
    return nn.Sequential(*layers)
