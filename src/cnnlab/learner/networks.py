"""What may be asked of a network, whoever built it: its numbers, its gradients, its modes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from cnnlab.learner import fixtures

_HOOKS = ("_forward_pre_hooks", "_forward_hooks", "_backward_pre_hooks", "_backward_hooks")


def forward(network: nn.Module, inputs: tuple[Any, ...]) -> Any:
    with torch.no_grad():
        return network(*inputs)


def state(network: nn.Module) -> dict[str, dict[str, torch.Tensor]]:
    return {
        "parameters": dict(network.named_parameters()),
        "buffers": dict(network.named_buffers()),
    }


def shapes(network: nn.Module) -> dict[str, tuple[int, ...]]:
    return {name: tuple(p.shape) for name, p in network.named_parameters()}


def load(network: nn.Module, values: dict[str, torch.Tensor]) -> None:
    held = {**dict(network.named_parameters()), **dict(network.named_buffers())}
    with torch.no_grad():
        for name, value in values.items():
            held[name].copy_(value)


def load_gradients(network: nn.Module, values: dict[str, torch.Tensor]) -> None:
    parameters = dict(network.named_parameters())
    for name, value in values.items():
        parameters[name].grad = value


def layers(network: nn.Module) -> list[dict[str, Any]]:
    return [
        {"name": name, "type": type(module).__name__, "settings": _settings(module)}
        for name, module in network.named_modules()
    ]


def gradients(
    network: nn.Module, inputs: tuple[Any, ...], targets: torch.Tensor
) -> dict[str, torch.Tensor | None]:
    parameters = dict(network.named_parameters())
    wanted = {name: p for name, p in parameters.items() if p.requires_grad}
    loss = nn.functional.cross_entropy(network(*inputs), targets)
    found = torch.autograd.grad(loss, list(wanted.values()), allow_unused=True)
    return {**dict.fromkeys(parameters), **dict(zip(wanted, found, strict=True))}


def backpropagate(network: nn.Module, x: torch.Tensor, weights: torch.Tensor) -> dict[str, Any]:
    parameters = dict(network.named_parameters())
    leaf = x.clone().requires_grad_()
    given = leaf * 1  # a leaf could not be overwritten, and whether it is shall be told
    output = network(given)
    wanted = {"input": leaf, **{n: p for n, p in parameters.items() if p.requires_grad}}
    found: tuple[torch.Tensor | None, ...] = (None,) * len(wanted)
    if isinstance(output, torch.Tensor) and output.requires_grad:
        total = (output * weights).sum()
        found = torch.autograd.grad(total, list(wanted.values()), allow_unused=True)
    first, *others = found
    return {
        "input": first,
        "parameters": {
            **dict.fromkeys(parameters),
            **dict(zip(list(wanted)[1:], others, strict=True)),
        },
        "input_changed": not torch.equal(given, x),
        "graph_kept": [name for name, b in network.named_buffers() if b.requires_grad],
    }


def stored_gradients(network: nn.Module) -> dict[str, torch.Tensor | None]:
    return {name: p.grad for name, p in network.named_parameters()}


def set_mode(network: nn.Module, training: bool) -> None:
    network.train(training)


def set_modes(network: nn.Module, modes: dict[str, bool]) -> None:
    for name, training in modes.items():
        network.get_submodule(name).training = training


def modes(network: nn.Module) -> dict[str, bool]:
    return {name: m.training for name, m in network.named_modules()}


def hooks(network: nn.Module) -> dict[str, int]:
    return {
        name: sum(len(getattr(module, kind)) for kind in _HOOKS)
        for name, module in network.named_modules()
    }


def witnessed(network: nn.Module) -> list[dict[str, bool]]:
    return [
        seen
        for module in network.modules()
        if isinstance(module, fixtures.Witness)
        for seen in module.seen
    ]


def trainable(network: nn.Module) -> dict[str, bool]:
    return {n: p.requires_grad for n, p in network.named_parameters()}


def set_trainable(network: nn.Module, values: dict[str, bool]) -> None:
    parameters = dict(network.named_parameters())
    for name, value in values.items():
        parameters[name].requires_grad_(value)


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


OPERATIONS: dict[str, Callable[..., Any]] = {
    "forward": forward,
    "state": state,
    "shapes": shapes,
    "load": load,
    "load_gradients": load_gradients,
    "layers": layers,
    "gradients": gradients,
    "backpropagate": backpropagate,
    "stored_gradients": stored_gradients,
    "set_mode": set_mode,
    "set_modes": set_modes,
    "modes": modes,
    "hooks": hooks,
    "witnessed": witnessed,
    "trainable": trainable,
    "set_trainable": set_trainable,
}
