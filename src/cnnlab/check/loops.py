"""Watching a learner's training or evaluation loop at work on a network that we know.

The learner's loop runs on a network of torch's own layers, ours on a copy with the same parameters.
What the two leave behind is compared: the mean loss, the accuracy, the parameters and buffers.
Loops that make a known mistake run on copies too, to name the mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from cnnlab.check.compare import Wrong, difference
from cnnlab.student import Network, Student, fixtures

Batches = list[tuple[torch.Tensor, torch.Tensor]]

# What a loop leaves behind, and how a message speaks of it.
LOSS, ACCURACY, STATE = "the mean loss", "the accuracy", "what the network has learned afterwards"


@dataclass(frozen=True)
class Scene:
    """A network with given parameters, batches for it, and an optimiser: the same for every loop."""

    layers: Sequence[tuple[Any, ...]]
    state: dict[str, torch.Tensor]
    batches: Batches
    arrives_training: bool = True
    optimizer: dict[str, float] = field(default_factory=dict)  # settings of SGD; none: no optimiser

    def ours(self) -> nn.Module:
        model = fixtures.network(self.layers)
        model.load_state_dict(self.state, strict=False)  # BatchNorm's counter is not drawn
        return model.train(self.arrives_training)

    def theirs(self, student: Student) -> Network:
        network = student.network(*self.layers)
        network.load(self.state)
        return network.train() if self.arrives_training else network.eval()

    def run_ours(self, loop: Callable[..., tuple[float, float]]) -> dict[str, Any]:
        """What `loop`, one of our own, leaves behind."""
        model = self.ours()
        batches = [(x.clone(), y.clone()) for x, y in self.batches]
        optimizers = [fixtures.optimizer(model, **self.optimizer)] if self.optimizer else []
        loss, accuracy = loop(model, batches, *optimizers)
        state = {**dict(model.named_parameters()), **dict(model.named_buffers())}
        return {
            LOSS: loss,
            ACCURACY: accuracy,
            STATE: {name: value.detach() for name, value in state.items()},
        }

    def run_theirs(
        self, student: Student, name: str, stream: bool = False, on: Network | None = None
    ) -> dict[str, Any]:
        """What the learner's loop `name` leaves behind; `stream` gives the batches only once."""
        network = on or self.theirs(student)
        batches = student.one_pass(list(self.batches)) if stream else self.batches
        optimizers = [student.optimizer(network, **self.optimizer)] if self.optimizer else []
        value = student.call(name, network.ref, batches, *optimizers)
        if found := difference(
            _pair_of_types(value), ("float", "float"), f"the result of `{name}`"
        ):
            if not isinstance(value, (list, tuple)) or len(value) != 2:
                raise Wrong(found.kind, found.message)
        loss, accuracy = value
        return {
            LOSS: loss,
            ACCURACY: accuracy,
            STATE: {**network.parameters(), **network.buffers()},
        }
