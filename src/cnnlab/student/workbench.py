"""The side of the handle that lives with the learner's code: it does what it is asked, no more.

Every request names one operation of a small fixed vocabulary. Objects (networks, optimisers) stay
here and are spoken of by number; only plain data goes back.
"""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Callable, MutableMapping
from typing import Any

import torch
from torch import nn

from cnnlab.student import fixtures
from cnnlab.student.neutral import neutral_torch
from cnnlab.student.wire import Opaque, Ref, WireError, decode, encode

_NOTHING = object()
_HOOKS = ("_forward_pre_hooks", "_forward_hooks", "_backward_pre_hooks", "_backward_hooks")


class Workbench:
    """Answers requests about the names in `namespace`, a learner's own variables."""

    def __init__(self, namespace: MutableMapping[str, Any]) -> None:
        self._namespace = namespace
        self._objects: dict[int, Any] = {}
        self._lent: dict[str, Any] = {}
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
            "forward": self._forward,
            "state": self._state,
            "load": self._load,
            "load_gradients": self._load_gradients,
            "layers": self._layers,
            "gradients": self._gradients,
            "backpropagate": self._backpropagate,
            "stored_gradients": self._stored_gradients,
            "set_mode": self._set_mode,
            "set_modes": self._set_modes,
            "modes": self._modes,
            "witnessed": self._witnessed,
            "part": self._part,
            "hooks": self._hooks,
            "trainable": self._trainable,
            "set_trainable": self._set_trainable,
            "seed": self._seed,
            "lend": self._lend,
            "take_back": self._take_back,
        }

    def answer(self, request: bytes) -> bytes:
        """The reply to one request; problems in the learner's code become data too."""
        operation, args, kwargs = decode(request)
        try:
            with neutral_torch():
                value = self._operations[operation](*args, **kwargs)
                return encode({"value": plain(value)})
        except (Exception, SystemExit) as problem:
            return encode({"problem": _describe(problem)})

    # What a learner wrote, called by name

    def _call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        given = encode([args, kwargs])
        value = self._find(name)(*self._resolve(args), **self._resolve(kwargs))
        # `_resolve` hands out the tensors themselves, so a change in place shows here.
        return {
            "result": value,
            "inputs_changed": encode([args, kwargs]) != given,
            "inputs_tracked": _holds_a_graph([*args, *kwargs.values()]),  # none was, as it came
            "autograd_off": not torch.is_grad_enabled(),  # it was on before: see `answer`
            "graph_kept": _holds_a_graph(value),
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
        return [_group_by_names(group, names) for group in groups]

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
            "backbone": fixtures.backbone,
            "optimizer": fixtures.optimizer,
            "generator": fixtures.generator,
            "one_pass": fixtures.one_pass,
        }
        return self._keep(makers[kind](*self._resolve(args), **self._resolve(kwargs)))

    # Networks, whoever built them

    def _forward(self, network: Ref, inputs: tuple[Any, ...]) -> Any:
        with torch.no_grad():
            return self._objects[network.number](*inputs)

    def _state(self, network: Ref) -> dict[str, dict[str, torch.Tensor]]:
        module = self._objects[network.number]
        return {
            "parameters": dict(module.named_parameters()),
            "buffers": dict(module.named_buffers()),
        }

    def _load(self, network: Ref, values: dict[str, torch.Tensor]) -> None:
        module = self._objects[network.number]
        state = {**dict(module.named_parameters()), **dict(module.named_buffers())}
        with torch.no_grad():
            for name, value in values.items():
                state[name].copy_(value)

    def _load_gradients(self, network: Ref, values: dict[str, torch.Tensor]) -> None:
        parameters = dict(self._objects[network.number].named_parameters())
        for name, value in values.items():
            parameters[name].grad = value

    def _layers(self, network: Ref) -> list[dict[str, Any]]:
        return [
            {"name": name, "type": type(module).__name__, "settings": _settings(module)}
            for name, module in self._objects[network.number].named_modules()
        ]

    def _gradients(
        self, network: Ref, inputs: tuple[Any, ...], targets: torch.Tensor
    ) -> dict[str, torch.Tensor | None]:
        module = self._objects[network.number]
        parameters = dict(module.named_parameters())
        wanted = {name: p for name, p in parameters.items() if p.requires_grad}
        loss = nn.functional.cross_entropy(module(*inputs), targets)
        found = torch.autograd.grad(loss, list(wanted.values()), allow_unused=True)
        return {**dict.fromkeys(parameters), **dict(zip(wanted, found, strict=True))}

    def _backpropagate(
        self, network: Ref, x: torch.Tensor, weights: torch.Tensor
    ) -> dict[str, Any]:
        module = self._objects[network.number]
        parameters = dict(module.named_parameters())
        leaf = x.clone().requires_grad_()
        given = leaf * 1  # a leaf could not be overwritten, and whether it is shall be told
        output = module(given)
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
            "graph_kept": [name for name, b in module.named_buffers() if b.requires_grad],
        }

    def _stored_gradients(self, network: Ref) -> dict[str, torch.Tensor | None]:
        return {name: p.grad for name, p in self._objects[network.number].named_parameters()}

    def _set_mode(self, network: Ref, training: bool) -> None:
        self._objects[network.number].train(training)

    def _set_modes(self, network: Ref, modes: dict[str, bool]) -> None:
        for name, training in modes.items():
            self._objects[network.number].get_submodule(name).training = training

    def _modes(self, network: Ref) -> dict[str, bool]:
        return {name: m.training for name, m in self._objects[network.number].named_modules()}

    def _hooks(self, network: Ref) -> dict[str, int]:
        return {
            name: sum(len(getattr(module, kind)) for kind in _HOOKS)
            for name, module in self._objects[network.number].named_modules()
        }

    def _witnessed(self, network: Ref) -> list[dict[str, bool]]:
        return [
            seen
            for module in self._objects[network.number].modules()
            if isinstance(module, fixtures.Witness)
            for seen in module.seen
        ]

    def _part(self, network: Ref, name: str) -> Ref:
        return self._keep(self._objects[network.number].get_submodule(name))

    def _trainable(self, network: Ref) -> dict[str, bool]:
        return {n: p.requires_grad for n, p in self._objects[network.number].named_parameters()}

    def _set_trainable(self, network: Ref, values: dict[str, bool]) -> None:
        parameters = dict(self._objects[network.number].named_parameters())
        for name, value in values.items():
            parameters[name].requires_grad_(value)

    def _seed(self, seed: int) -> None:
        torch.manual_seed(seed)

    def _lend(self, names: list[str]) -> None:
        from cnnlab.check.registry import todo_defining  # it imports every unit's checks

        for name in names:
            todo = todo_defining(name)
            if todo is not None:
                self._lent.setdefault(name, self._namespace.get(name, _NOTHING))
                self._namespace[name] = todo.references[name]

    def _take_back(self) -> None:
        for name, own in self._lent.items():
            if own is _NOTHING:
                del self._namespace[name]
            else:
                self._namespace[name] = own
        self._lent.clear()

    def _find(self, name: str) -> Any:
        if name not in self._namespace:
            raise _NameMissing(name)
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


class _NameMissing(Exception):
    """The learner's variables hold no such name."""


def plain(value: Any, depth: int = 0) -> Any:
    """`value` with NumPy's arrays and numbers, and subclasses of containers, made plain."""
    if depth > 20:
        raise WireError("the answer is nested more than 20 levels deep")
    if type(value).__module__ == "numpy":
        value = torch.as_tensor(value) if getattr(value, "shape", ()) else value.item()
    if isinstance(value, tuple):
        return tuple(plain(item, depth + 1) for item in value)
    if isinstance(value, list):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {plain(k, depth + 1): plain(v, depth + 1) for k, v in value.items()}
    return value


def _holds_a_graph(value: Any) -> bool:
    """Whether a tensor, or one in a container, keeps alive what backward() would need."""
    if isinstance(value, dict):
        return _holds_a_graph(list(value.values()))
    if isinstance(value, (list, tuple)):
        return any(_holds_a_graph(item) for item in value)
    return isinstance(value, torch.Tensor) and value.requires_grad


def _group_by_names(group: Any, names: dict[int, str]) -> Any:
    if not isinstance(group, dict) or "params" not in group:
        return group
    given = group["params"]
    parameters = [given] if isinstance(given, torch.Tensor) else list(given)
    return {**group, "params": [names.get(id(parameter)) for parameter in parameters]}


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


def _describe(problem: BaseException) -> dict[str, str]:
    if isinstance(problem, WireError):
        return {"kind": "not_plain", "text": str(problem)}
    if isinstance(problem, _NameMissing):
        return {"kind": "missing", "text": str(problem)}
    if isinstance(problem, NotImplementedError) and not str(problem):
        return {"kind": "not_written", "text": ""}
    return {
        "kind": "raised",
        "type": type(problem).__name__[:80],
        "text": str(problem)[:500],
        "where": _learners_line(problem),
    }


def _learners_line(problem: BaseException) -> str:
    """The innermost line of the learner's own code that the exception passed through."""
    for frame in reversed(traceback.extract_tb(problem.__traceback__)):
        if _is_a_notebook_cell(frame.filename) and frame.lineno is not None:
            return linecache.getline(frame.filename, frame.lineno).strip()[:120]
    return ""


def _is_a_notebook_cell(filename: str) -> bool:
    return "ipykernel_" in filename or filename.startswith(("<ipython-input", "<cell"))
