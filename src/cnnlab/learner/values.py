"""What a learner's code gives back, looked at and made plain."""

from __future__ import annotations

from typing import Any

import torch

from cnnlab.learner.wire import WireError


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


def holds_a_graph(value: Any) -> bool:
    """Whether a tensor, or one in a container, keeps alive what backward() would need."""
    if isinstance(value, dict):
        return holds_a_graph(list(value.values()))
    if isinstance(value, (list, tuple)):
        return any(holds_a_graph(item) for item in value)
    return isinstance(value, torch.Tensor) and value.requires_grad


def group_by_names(group: Any, names: dict[int, str]) -> Any:
    if not isinstance(group, dict) or "params" not in group:
        return group
    given = group["params"]
    parameters = [given] if isinstance(given, torch.Tensor) else list(given)
    return {**group, "params": [names.get(id(parameter)) for parameter in parameters]}
