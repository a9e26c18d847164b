"""How deep a learner's network is: convolutions that really run, one after another."""

from __future__ import annotations

import math
from graphlib import TopologicalSorter
from typing import Any

import torch
from torch import nn

from cnnlab.learner.networks import of_network
from cnnlab.learner.watch import learners_turn


@of_network
def depth(network: nn.Module, images: torch.Tensor, channels: int, work: int) -> int:
    """The most convolutions on a path from the images to the output.

    Only those count that look beyond one pixel, lead from at least `channels` channels to as many,
    and do `work` multiply-adds or more for an image: a chain of tiny layers beside the others is
    no depth. Autograd's graph is what tells, so it does not matter how the network is written.
    """
    network.eval()
    with torch.enable_grad(), learners_turn():
        output = network(images)
    last = getattr(output, "grad_fn", None)
    if last is None:
        return 0
    before: dict[Any, list[Any]] = {}
    to_visit = [last]
    while to_visit:
        node = to_visit.pop()
        if node not in before:
            before[node] = [each for each, _ in node.next_functions if each is not None]
            to_visit += before[node]
    deepest: dict[Any, int] = {}
    for node in TopologicalSorter(before).static_order():
        counts = "Convolution" in node.name() and _counts(node, channels, work)
        deepest[node] = max((deepest[each] for each in before[node]), default=0) + counts
    return deepest[last]


def _counts(convolution: Any, channels: int, work: int) -> bool:
    weight, given = convolution._saved_weight, convolution._saved_input
    sides = zip(
        given.shape[2:],
        weight.shape[2:],
        convolution._saved_stride,
        convolution._saved_padding,
        convolution._saved_dilation,
        strict=True,
    )
    positions = math.prod((n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in sides)
    enough = min(weight.shape[:2]) >= channels and positions * weight.numel() >= work
    return enough and max(weight.shape[2:]) > 1
