"""What a learner's code did when it was asked: its answer, and what else happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Outcome:
    """What a learner's function returned, and what else it did.

    Did it change the data it was given, let autograd track a tensor of it from now on, return with
    autograd switched off, or return tensors that hold on to their graph?
    """

    value: Any
    inputs_changed: bool
    inputs_tracked: bool
    autograd_off: bool
    graph_kept: bool


@dataclass(frozen=True)
class ChainLink:
    """One call of a chain: the first item of the pair it returned, or whatever came instead."""

    value: Any
    is_pair: bool
    inputs_changed: bool


@dataclass(frozen=True)
class Backward:
    """What came back through a network, and what else happened on the way.

    The gradients for its input and for each parameter, None where there is none; whether the input
    was overwritten; and the names of buffers that now hold on to a graph.
    """

    input: torch.Tensor | None
    parameters: dict[str, torch.Tensor | None]
    input_changed: bool
    graph_kept: list[str]
