"""`activation_stats`: what becomes of a signal on its way through a network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import nn

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import explain
from cnnlab.check.manners import (
    as_it_is,
    expect_autograd_on,
    expect_hooks_gone,
    expect_inputs_kept,
    expect_same_mode,
)
from cnnlab.exercises.u04_batchnorm.activation_stats_mistakes import add_mistakes
from cnnlab.learner import LearnerCode, Network, fixtures

Layers = Sequence[tuple[Any, ...]]


def activation_stats(model: nn.Module, x: torch.Tensor) -> list[tuple[float, float]]:
    """(mean, standard deviation) of the output of every `nn.ReLU`, in order of execution."""
    stats: list[tuple[float, float]] = []

    def measure(module: nn.Module, inputs: object, output: torch.Tensor) -> None:
        stats.append((output.mean().item(), output.std(unbiased=False).item()))

    relus = [module for module in model.modules() if isinstance(module, nn.ReLU)]
    hooks = [relu.register_forward_hook(measure) for relu in relus]
    try:
        with torch.no_grad():
            model(x)
    finally:
        for hook in hooks:
            hook.remove()
    return stats


exercise = Exercise("activation_stats", {"activation_stats": activation_stats})
add_mistakes(exercise)

PLAIN: Layers = (("Conv2d", 2, 4, 3), ("ReLU",), ("Flatten",), ("Linear", 48, 5), ("ReLU",))
NORMALISED: Layers = (
    ("Conv2d", 2, 4, 3),
    ("BatchNorm2d", 4),
    ("ReLU",),
    ("Dropout", 0.5),
    ("Conv2d", 4, 3, 2),
    ("ReLU",),
)
# A network inside a network, whose layers run in another order than they were made.
UNTIDY: Layers = (
    ("Flatten",),
    ("Untidy", 12, 7),
    ("ReLU",),
    ("Linear", 7, 4),
    ("ReLU",),
    ("Tanh",),
)


def draw_values(draw: Draw, layers: Layers) -> dict[str, torch.Tensor]:
    """Values for the parameters and statistics of a network of these layers."""
    network = fixtures.network(layers)
    values = {
        name: draw.normal(*p.shape, dtype=torch.float32) for name, p in network.named_parameters()
    }
    for name, buffer in network.named_buffers():
        if buffer.is_floating_point():
            values[name] = draw.uniform(*buffer.shape, low=0.5, high=2.0, dtype=torch.float32)
    return values


def draw_input(draw: Draw, layers: Layers) -> torch.Tensor:
    size = (3, 2, 2) if layers is UNTIDY else (2, 5, 6)
    return draw.normal(draw.integer(3, 5), *size, dtype=torch.float32)


def make(
    learner: LearnerCode,
    layers: Layers,
    values: Mapping[str, torch.Tensor],
    modes: Mapping[str, bool],
) -> Network:
    network = learner.network(*layers)
    network.load(values)
    network.set_modes(modes)
    return network


def agree_stats(
    learner: LearnerCode, draw: Draw, layers: Layers, evaluating: Sequence[str] = ()
) -> None:
    """The learner's statistics of a network are ours, with the parts `evaluating` in that mode."""
    values, x = draw_values(draw, layers), draw_input(draw, layers)
    modes = dict.fromkeys(evaluating, False)

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        network = make(code, layers, values, modes)
        code.seed(draw.seed)  # dropout is the same for all
        outcome = code.outcome("activation_stats", network.ref, x)
        expect_inputs_kept("activation_stats", outcome)
        yield "the list of statistics", outcome.value

    explain(learner, exercise, observe)


def expect_left_alone(learner: LearnerCode, draw: Draw, layers: Layers) -> None:
    """Hooks, modes and layers of the network are afterwards what they were."""
    values, x = draw_values(draw, layers), draw_input(draw, layers)
    names = [name for name, _ in fixtures.network(layers).named_modules()]
    mixed = {name: index % 2 == 0 for index, name in enumerate(names)}
    network = make(learner, layers, values, mixed)
    before, layers_before = as_it_is(network), network.layers()
    outcome = learner.outcome("activation_stats", network.ref, x)
    now = as_it_is(network)
    expect_hooks_gone(before.hooks, now.hooks)
    if now.hooks != before.hooks:
        raise Wrong(
            "hooks_of_others_removed",
            "A hook that was there before is gone. Remove only your own hooks.",
        )
    expect_same_mode(before.modes, now.modes)
    if network.layers() != layers_before:
        raise Wrong("network_changed", "The network's layers or their settings have changed.")
    expect_autograd_on(outcome)


@exercise.visible("one pair for each ReLU")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_stats(learner, draw, PLAIN)


@exercise.visible("in the order in which they run")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_stats(learner, draw, UNTIDY)


@exercise.visible("in the mode that is set")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_stats(learner, draw, NORMALISED)
    agree_stats(learner, draw, NORMALISED, evaluating=["1", "3"])


@exercise.visible("the network is left unchanged")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_left_alone(learner, draw, UNTIDY)
