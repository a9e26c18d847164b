"""Watch one forward pass: which operations run, inside which layers, on what fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.weak import WeakTensorKeyDictionary

from cnnlab.anatomy.costs import multiply_adds
from cnnlab.anatomy.fields import Field, UnknownFieldError, input_field
from cnnlab.anatomy.rules import RULES, Call, field_after

# Operations that only relabel memory: not worth a row of their own.
_SILENT = {
    "view",
    "reshape",
    "contiguous",
    "clone",
    "to",
    "detach",
    "alias",
    "slice",
    "select",
    "squeeze",
    "unsqueeze",
    "unflatten",
    "transpose",
    "split",
    "chunk",
    "unbind",
}


@dataclass(frozen=True)
class Unknown:
    """Where and why the receptive field was lost."""

    where: str
    operation: str
    reason: str


@dataclass
class Step:
    """One layer, or one operation outside any layer, in the order of execution."""

    name: str
    kind: str
    output_shape: tuple[int, ...] = ()
    parameters: int = 0
    multiply_adds: int = 0
    field: Field | Unknown | None = None


@dataclass
class _Scope:
    """A module at work; `step` is None in containers, whose operations get steps of their own."""

    name: str
    module: nn.Module
    input_shape: tuple[int, ...]
    step: Step | None


class Recorder(TorchDispatchMode):
    """Collects one Step per layer while a model runs in inference mode on one image."""

    def __init__(self, image: torch.Tensor) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self.scopes: list[_Scope] = []
        self._fields: Any = WeakTensorKeyDictionary()
        self._fields[image] = input_field(image.shape[-2], image.shape[-1])
        self._counted: set[int] = set()
        self._operation_step: Step | None = None  # the step of the operation being taken apart
        self._lost: Unknown | None = None  # set once no later field can be trusted

    @contextmanager
    def watching(self, model: nn.Module) -> Iterator[None]:
        """Follow which module is at work, for the time of one forward pass."""
        handles = []
        try:
            for name, module in model.named_modules():
                handles.append(module.register_forward_pre_hook(self._entering(name)))
                handles.append(module.register_forward_hook(self._leave))
            with self:
                yield
        finally:
            for handle in handles:
                handle.remove()

    def _entering(self, name: str) -> Callable[[nn.Module, Any], None]:
        def enter(module: nn.Module, inputs: Any) -> None:
            step = None
            if not any(module.children()):
                step = self._new_step(name or type(module).__name__, type(module).__name__)
                step.parameters = self._count_once(module.parameters())
            shapes = [tuple(x.shape[1:]) for x in _tensors(inputs)]
            self.scopes.append(_Scope(name, module, shapes[0] if shapes else (), step))

        return enter

    def _leave(self, _module: nn.Module, _inputs: Any, output: Any) -> None:
        step = self.scopes.pop().step
        if step is not None:
            self._describe_output(step, output)

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        name = func.overloadpacket.__name__.rstrip("_")
        inputs = _tensors((args, kwargs))
        fields = [found for found in map(self._fields.get, inputs) if found is not None]
        if self._operation_step is not None:
            return self._perform(func, name, args, kwargs, fields, self._operation_step)
        step = self._step_for(name, inputs, bool(fields or self._lost))
        self._operation_step = step
        try:
            output = self._perform(func, name, args, kwargs, fields, step)
        finally:
            self._operation_step = None
        self._describe_output(step, output)
        return output

    def _perform(
        self, func: Any, name: str, args: Any, kwargs: Any, fields: list[Any], step: Step
    ) -> Any:
        pointwise = torch.Tag.pointwise in func.tags
        if name not in RULES and not pointwise:
            with self:  # an operation made of smaller ones is followed into them
                output = func.decompose(*args, **kwargs)
            if output is not NotImplemented:
                return output
        output = func(*args, **kwargs)
        arguments = _named_arguments(func, args, kwargs)
        for number, tensor in enumerate(_tensors(output)):
            call = Call(name, arguments, tensor, [f for f in fields if isinstance(f, Field)])
            if number == 0:
                step.multiply_adds += multiply_adds(call)
            if fields or self._lost:
                found = self._field_after(call, fields, pointwise, step)
                if _writes_into_a_part(func, tensor) and found != self._fields.get(tensor):
                    reason = "it writes into a part of a tensor"
                    found = self._lost = Unknown(step.name, call.name, reason)
                self._fields[tensor] = found
        return output

    def _field_after(
        self, call: Call, fields: list[Any], pointwise: bool, step: Step
    ) -> Field | Unknown:
        for found in (self._lost, *fields):
            if isinstance(found, Unknown):
                return found
        try:
            return field_after(call, pointwise)
        except UnknownFieldError as error:
            return Unknown(step.name, call.name, str(error))

    def _step_for(self, name: str, inputs: list[torch.Tensor], sees_the_image: bool) -> Step:
        scope = self.scopes[-1] if self.scopes else None
        if scope is not None and scope.step is not None:
            return scope.step
        path = f"{scope.name}.{name}" if scope is not None and scope.name else name
        if name in _SILENT or not sees_the_image:
            return Step(path, name)
        step = self._new_step(path, name)
        step.parameters = self._count_once(x for x in inputs if isinstance(x, nn.Parameter))
        return step

    def _new_step(self, name: str, kind: str) -> Step:
        step = Step(name, kind)
        self.steps.append(step)
        return step

    def _describe_output(self, step: Step, output: Any) -> None:
        for tensor in _tensors(output)[:1]:
            step.output_shape = tuple(tensor.shape[1:])
            step.field = self._fields.get(tensor)

    def _count_once(self, parameters: Iterable[torch.Tensor]) -> int:
        new = {id(p): p.numel() for p in parameters if id(p) not in self._counted}
        self._counted.update(new)
        return sum(new.values())


def _tensors(tree: Any) -> list[torch.Tensor]:
    return [leaf for leaf in tree_leaves(tree) if isinstance(leaf, torch.Tensor)]


def _writes_into_a_part(func: Any, target: torch.Tensor) -> bool:
    """Whether other tensors may have changed with this one, whose fields are then out of date."""
    name = func.overloadpacket.__name__
    if not name.endswith("_"):
        return False
    shares_its_memory = target.untyped_storage().nbytes() > target.numel() * target.element_size()
    return shares_its_memory or name == "copy_"


def _named_arguments(func: Any, args: Any, kwargs: Any) -> dict[str, Any]:
    parameters = func._schema.arguments
    defaults = {p.name: p.default_value for p in parameters if p.has_default_value()}
    given = {p.name: value for p, value in zip(parameters, args, strict=False)}
    return {**defaults, **given, **kwargs}
