"""Training a learner's network from outside, a few steps at a time.

The one who asks holds the images, the labels and the plan. Here, each batch is learned once.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from cnnlab.learner.networks import of_network
from cnnlab.learner.verbs import verb
from cnnlab.learner.watch import learners_turn
from cnnlab.learner.wire import Ref
from cnnlab.learner.workbench import Workbench

Batch = tuple[torch.Tensor, torch.Tensor]


@verb
def descend(
    bench: Workbench, network: Ref, optimizer: Ref, batches: Sequence[Batch], rates: Sequence[float]
) -> float:
    """One step of the optimiser for each batch, at its rate; gives the mean cross-entropy."""
    model, updates = bench.held(network), bench.held(optimizer)
    model.train()
    losses = []
    for (images, labels), rate in zip(batches, rates, strict=True):
        for group in updates.param_groups:
            group["lr"] = rate
        updates.zero_grad()
        with learners_turn():
            loss = nn.functional.cross_entropy(model(images), labels)
            loss.backward()
        updates.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


@of_network
def multiply_adds(network: nn.Module, images: torch.Tensor) -> float:
    """What convolutions and matrix products cost in a forward pass, for one of the images."""
    network.eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad(), learners_turn():
        network(images)
    return counter.get_total_flops() / 2 / len(images)
