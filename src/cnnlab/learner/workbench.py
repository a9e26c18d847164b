"""The side of the handle that lives with the learner's code: it does what it is asked, no more.

Every request names one operation of a small fixed vocabulary. Objects (networks, optimisers) stay
here and are spoken of by number; only plain data goes back.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

import torch
from torch import nn

from cnnlab.learner import fixtures, networks
from cnnlab.learner.mishaps import NameMissing, describe
from cnnlab.learner.neutral import neutral_torch
from cnnlab.learner.values import group_by_names, holds_a_graph, plain
from cnnlab.learner.wire import Opaque, Ref, decode, encode


class Workbench:
    """Answers requests about the names in `namespace`, a learner's own variables."""

    def __init__(self, namespace: MutableMapping[str, Any]) -> None:
        self._namespace = namespace
        self._objects: dict[int, Any] = {}
        self._operations: dict[str, Callable[..., Any]] = {
            "call": self._call,
            "call_gradient": self._call_gradient,
            "chain": self._chain,
            "build": self._build,
            "create": self._create,
            "method": self._method,
            "attribute": self._attribute,
            "call_groups": self._call_groups,
            "make": self._make,
            "named": self._named,
            "part": self._part,
            "seed": self._seed,
            **{name: self._on_network(do) for name, do in networks.OPERATIONS.items()},
        }

    def answer(self, request: bytes) -> bytes:
        """The reply to one request; problems in the learner's code become data too."""
        operation, args, kwargs = decode(request)
        try:
            with neutral_torch():
                value = self._operations[operation](*args, **kwargs)
                return encode({"value": plain(value)})
        except (Exception, SystemExit) as problem:
            return encode({"problem": describe(problem)})

    # What a learner wrote, called by name

    def _call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        given = encode([args, kwargs])
        value = self._find(name)(*self._resolve(args), **self._resolve(kwargs))
        # `_resolve` hands out the tensors themselves, so a change in place shows here.
        return {
            "result": value,
            "inputs_changed": encode([args, kwargs]) != given,
            "inputs_tracked": holds_a_graph([*args, *kwargs.values()]),  # none was, as it came
            "autograd_off": not torch.is_grad_enabled(),  # it was on before: see `answer`
            "graph_kept": holds_a_graph(value),
        }

    def _call_gradient(
        self, name: str, args: tuple[Any, ...], weights: torch.Tensor
    ) -> torch.Tensor | None:
        first, *rest = self._resolve(args)
        first = first.clone().requires_grad_()
        result = self._find(name)(first, *rest)
        if not isinstance(result, torch.Tensor) or not result.requires_grad:
            return None
        # `weights` may broadcast, so that one number serves a result of any shape.
        (found,) = torch.autograd.grad((result * weights).sum(), first, allow_unused=True)
        return found

    def _chain(
        self, name: str, first: Any, links: list[tuple[Any, dict[str, Any]]]
    ) -> list[dict[str, Any]]:
        """One outcome for each call; what is carried may be of any kind and stays here."""
        carried, outcomes = None, []
        for item, settings in links:
            given = encode(plain([first, item, carried]))
            value = self._find(name)(first, item, carried, **settings)
            is_pair = isinstance(value, (list, tuple)) and len(value) == 2
            outcomes.append(
                {
                    "result": value[0] if is_pair else value,
                    "is_pair": is_pair,
                    "inputs_changed": encode(plain([first, item, carried])) != given,
                }
            )
            if not is_pair:
                break
            first, carried = value
        return outcomes

    def _call_groups(self, name: str, network: Ref, args: tuple[Any, ...]) -> Any:
        """Groups for an optimiser, with the network's parameters by name; None for any other."""
        module = self._objects[network.number]
        names = {id(parameter): name for name, parameter in module.named_parameters()}
        groups = self._find(name)(module, *args)
        if not isinstance(groups, (list, tuple)):
            return groups
        return [group_by_names(group, names) for group in groups]

    def _create(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Ref:
        return self._keep(self._find(name)(*args, **kwargs))

    def _method(self, thing: Ref, name: str, args: tuple[Any, ...]) -> Any:
        return getattr(self._objects[thing.number], name)(*args)

    def _attribute(self, thing: Ref, name: str) -> Any:
        return getattr(self._objects[thing.number], name)

    def _build(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Ref | Opaque:
        made = self._find(name)(*self._resolve(args), **self._resolve(kwargs))
        if not isinstance(made, nn.Module):
            return Opaque(type(made).__name__)
        return self._keep(made)

    def _named(self, name: str) -> Ref:
        return self._keep(self._find(name))

    def _make(self, kind: str, *args: Any, **kwargs: Any) -> Ref:
        makers: dict[str, Callable[..., Any]] = {
            "layer": fixtures.layer,
            "network": fixtures.network,
            "backbone": fixtures.Backbone,
            "optimizer": fixtures.optimizer,
            "generator": fixtures.generator,
            "one_pass": fixtures.one_pass,
        }
        return self._keep(makers[kind](*self._resolve(args), **self._resolve(kwargs)))

    def _part(self, network: Ref, name: str) -> Ref:
        return self._keep(self._objects[network.number].get_submodule(name))

    def _seed(self, seed: int) -> None:
        torch.manual_seed(seed)

    def _on_network(self, operation: Callable[..., Any]) -> Callable[..., Any]:
        return lambda network, *args: operation(self._objects[network.number], *args)

    def _find(self, name: str) -> Any:
        if name not in self._namespace:
            raise NameMissing(name)
        return self._namespace[name]

    def _keep(self, made: Any) -> Ref:
        number = len(self._objects)
        self._objects[number] = made
        return Ref(number)

    def _resolve(self, value: Any) -> Any:
        if isinstance(value, Ref):
            return self._objects[value.number]
        if isinstance(value, (list, tuple)):
            return type(value)(self._resolve(item) for item in value)
        if isinstance(value, dict):
            return {key: self._resolve(item) for key, item in value.items()}
        return value
