"""Dropout in `SimpleCNN`: at work in training mode only, and on the hidden units."""

from __future__ import annotations

import torch

from cnnlab.check.compare import Wrong, agrees, kind_of
from cnnlab.check.networks import expect_repeatable
from cnnlab.learner import Network


def expect_dropout_in_training(network: Network, x: torch.Tensor) -> None:
    """The same image gets different answers in training mode, and only there."""
    expect_repeatable(network, x[:1])
    one, other = numbers(network.forward(x))[:2]
    if agrees(one, other):
        raise Wrong("image_ignored", "The output is the same for every image.")
    network.train()
    if agrees(numbers(network.forward(x)), numbers(network.forward(x))):
        raise Wrong(
            "dropout_missing",
            "In training mode the same images get the same output twice, so there is no active "
            "dropout between the dense layers.",
        )


def expect_half_of_hidden_units(network: Network, x: torch.Tensor, num_classes: int = 10) -> None:
    """Dropout silences half of the 512 hidden units, and nothing else.

    The last layer is loaded so that each logit is one hidden unit plus a constant. In training mode
    a unit is then 0 or twice what it is in eval mode; any other place or rate of dropout shows.
    """
    offset = 100.0
    network.load(_readout(network, num_classes, offset))
    units = numbers(network.eval().forward(x)) - offset
    dropped = numbers(network.train().forward(x)) - offset
    active = units > units.max() / 10
    ratio = dropped[active] / units[active]
    if bool(torch.isclose(ratio, torch.ones(())).all()):
        raise Wrong(
            "dropout_missing",
            "In training mode the hidden units are the same as in eval mode, so there is no "
            "dropout there.",
        )
    silent = ratio.abs() < 1e-2
    kept = ratio[~silent]
    if not silent.any() or not bool(torch.isclose(kept, kept.mean(), rtol=0.02).all()):
        raise Wrong(
            "dropout_elsewhere",
            "Dropout acts on something other than the 512 hidden units. There is one dropout, "
            "between the ReLU of the hidden layer and the last layer.",
        )
    if not bool(torch.isclose(kept.mean(), torch.tensor(2.0), rtol=0.02)):
        rate = 1 - 1 / kept.mean().item()
        raise Wrong(
            "dropout_rate", f"Dropout sets {rate:.0%} of the hidden units to zero, not 50%."
        )


def _readout(network: Network, num_classes: int, offset: float) -> dict[str, torch.Tensor]:
    """Values for the last layer with which logit i is hidden unit i plus `offset`."""
    by_shape = {tuple(value.shape): name for name, value in network.parameters().items()}
    weight, bias = by_shape.get((num_classes, 512)), by_shape.get((num_classes,))
    if weight is None or bias is None:
        raise Wrong(
            "wrong_parameters",
            "The network has no last layer from 512 hidden units to the classes.",
        )
    return {weight: torch.eye(num_classes, 512), bias: torch.full((num_classes,), offset)}


def numbers(output: object) -> torch.Tensor:
    """The output of a network, if it is a tensor."""
    if output is None:
        raise Wrong("returns_none", "The output of `SimpleCNN` is None. Is a `return` missing?")
    if not isinstance(output, torch.Tensor):
        raise Wrong("wrong_type", f"`SimpleCNN` returns {kind_of(output)}, not a tensor.")
    return output
