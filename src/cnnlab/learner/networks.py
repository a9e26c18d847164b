"""What may be asked of a network, whoever built it: its numbers, its gradients, its modes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import torch
from torch import nn

from cnnlab.learner.fixtures import Witness
from cnnlab.learner.verbs import verb
from cnnlab.learner.watch import learners_turn
from cnnlab.learner.wire import Opaque, Ref
from cnnlab.learner.workbench import Workbench

_HOOKS = ("_forward_pre_hooks", "_forward_hooks", "_backward_pre_hooks", "_backward_hooks")


def of_network(function: Callable[..., Any]) -> Callable[..., Any]:
    """Declares a verb that is about a network, which is spoken of by its number."""

    @wraps(function)
    def about(bench: Workbench, network: Ref, *args: Any) -> Any:
        return function(bench.held(network), *args)

    return verb(about)


# What a learner wrote about torch


@verb
def build(
    bench: Workbench, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Ref | Opaque:
    with learners_turn():
        made = bench.find(name)(*bench.resolve(args), **bench.resolve(kwargs))
    return bench.keep(made) if isinstance(made, nn.Module) else Opaque(type(made).__name__)


@verb
def gradient(
    bench: Workbench, name: str, args: tuple[Any, ...], weights: torch.Tensor | None
) -> torch.Tensor | None:
    first, *rest = bench.resolve(args)
    first = first.clone().requires_grad_()
    with learners_turn():
        result = bench.find(name)(first, *rest)
    if not isinstance(result, torch.Tensor) or not result.requires_grad:
        return None
    # `weights` may broadcast, so that one number serves a result of any shape.
    total = (result * (1 if weights is None else weights)).sum()
    with learners_turn():  # its backward pass may be of their own making
        (found,) = torch.autograd.grad(total, first, allow_unused=True)
    return found


@verb
def groups(bench: Workbench, name: str, network: Ref, args: tuple[Any, ...]) -> Any:
    """Groups for an optimiser, with the network's parameters by name; None for any other."""
    module = bench.held(network)
    names = {id(parameter): name for name, parameter in module.named_parameters()}
    with learners_turn():
        found = bench.find(name)(module, *args)
    if not isinstance(found, (list, tuple)):
        return found
    return [_by_names(group, names) for group in found]


def _by_names(group: Any, names: dict[int, str]) -> Any:
    if not isinstance(group, dict) or "params" not in group:
        return group
    given = group["params"]
    listed = [given] if isinstance(given, torch.Tensor) else list(given)
    return {**group, "params": [names.get(id(parameter)) for parameter in listed]}


# A network's numbers, gradients and modes


@of_network
def forward(network: nn.Module, inputs: tuple[Any, ...]) -> Any:
    with torch.no_grad(), learners_turn():
        return network(*inputs)


@of_network
def parameters(network: nn.Module) -> dict[str, torch.Tensor]:
    return dict(network.named_parameters())


@of_network
def buffers(network: nn.Module) -> dict[str, torch.Tensor]:
    return dict(network.named_buffers())


@of_network
def shapes(network: nn.Module) -> dict[str, tuple[int, ...]]:
    return {name: tuple(p.shape) for name, p in network.named_parameters()}


@of_network
def load(network: nn.Module, values: dict[str, torch.Tensor]) -> None:
    held = {**dict(network.named_parameters()), **dict(network.named_buffers())}
    with torch.no_grad():
        for name, value in values.items():
            held[name].copy_(value)


@of_network
def load_gradients(network: nn.Module, values: dict[str, torch.Tensor]) -> None:
    held = dict(network.named_parameters())
    for name, value in values.items():
        held[name].grad = value


@of_network
def layers(network: nn.Module) -> list[dict[str, Any]]:
    return [
        {"name": name, "type": type(module).__name__, "settings": _settings(module)}
        for name, module in network.named_modules()
    ]


@of_network
def gradients(
    network: nn.Module, inputs: tuple[Any, ...], targets: torch.Tensor
) -> dict[str, torch.Tensor | None]:
    held = dict(network.named_parameters())
    wanted = {name: p for name, p in held.items() if p.requires_grad}
    with learners_turn():
        output = network(*inputs)
    loss = nn.functional.cross_entropy(output, targets)
    found = torch.autograd.grad(loss, list(wanted.values()), allow_unused=True)
    return {**dict.fromkeys(held), **dict(zip(wanted, found, strict=True))}


@of_network
def backpropagate(network: nn.Module, x: torch.Tensor, weights: torch.Tensor) -> dict[str, Any]:
    held = dict(network.named_parameters())
    leaf = x.clone().requires_grad_()
    given = leaf * 1  # a leaf could not be overwritten, and whether it is shall be told
    with learners_turn():
        output = network(given)
    wanted = {"input": leaf, **{n: p for n, p in held.items() if p.requires_grad}}
    found: tuple[torch.Tensor | None, ...] = (None,) * len(wanted)
    if isinstance(output, torch.Tensor) and output.requires_grad:
        total = (output * weights).sum()
        found = torch.autograd.grad(total, list(wanted.values()), allow_unused=True)
    first, *others = found
    return {
        "input": first,
        "parameters": {
            **dict.fromkeys(held),
            **dict(zip(list(wanted)[1:], others, strict=True)),
        },
        "input_changed": not torch.equal(given, x),
        "graph_kept": [name for name, b in network.named_buffers() if b.requires_grad],
    }


@of_network
def stored_gradients(network: nn.Module) -> dict[str, torch.Tensor | None]:
    return {name: p.grad for name, p in network.named_parameters()}


@of_network
def train(network: nn.Module) -> None:
    network.train()


@of_network
def eval(network: nn.Module) -> None:
    network.eval()


@of_network
def set_modes(network: nn.Module, modes: dict[str, bool]) -> None:
    for name, training in modes.items():
        network.get_submodule(name).training = training


@of_network
def modes(network: nn.Module) -> dict[str, bool]:
    return {name: m.training for name, m in network.named_modules()}


@verb
def part(bench: Workbench, network: Ref, name: str) -> Ref:
    return bench.keep(bench.held(network).get_submodule(name))


@of_network
def hooks(network: nn.Module) -> dict[str, int]:
    return {
        name: sum(len(getattr(module, kind)) for kind in _HOOKS)
        for name, module in network.named_modules()
    }


@of_network
def witnessed(network: nn.Module) -> list[dict[str, bool]]:
    return [
        seen for module in network.modules() if isinstance(module, Witness) for seen in module.seen
    ]


@of_network
def trainable(network: nn.Module) -> dict[str, bool]:
    return {n: p.requires_grad for n, p in network.named_parameters()}


@of_network
def set_trainable(network: nn.Module, values: dict[str, bool]) -> None:
    held = dict(network.named_parameters())
    for name, value in values.items():
        held[name].requires_grad_(value)


def _settings(module: nn.Module) -> dict[str, Any]:
    """The plain attributes of a layer, such as kernel_size, and its own parameters' shapes."""
    settings: dict[str, Any] = {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and isinstance(value, (bool, int, float, str, tuple))
    }
    for name, parameter in module.named_parameters(recurse=False):
        settings[name] = tuple(parameter.shape)
    return settings
