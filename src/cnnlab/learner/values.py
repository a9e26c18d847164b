"""What a learner's code gives back, looked at and made plain."""

from __future__ import annotations

from typing import Any

from cnnlab.learner.wire import MAX_DEPTH, WireError, is_tensor


def plain(value: Any, as_tensors: bool, depth: int = 0) -> Any:
    """`value` with NumPy's numbers, and subclasses of containers, made plain.

    With `as_tensors`, arrays become tensors: what learns about torch speaks of tensors alone.
    """
    if depth > MAX_DEPTH:
        raise WireError(f"the answer is nested more than {MAX_DEPTH} levels deep")
    if type(value).__module__ == "numpy":
        if not getattr(value, "shape", ()):
            value = value.item()
        elif as_tensors:
            import torch

            value = torch.as_tensor(value)
    if isinstance(value, tuple):
        return tuple(plain(item, as_tensors, depth + 1) for item in value)
    if isinstance(value, list):
        return [plain(item, as_tensors, depth + 1) for item in value]
    if isinstance(value, dict):
        return {
            plain(k, as_tensors, depth + 1): plain(v, as_tensors, depth + 1)
            for k, v in value.items()
        }
    return value


def holds_a_graph(value: Any) -> bool:
    """Whether a tensor, or one in a container, keeps alive what backward() would need."""
    if isinstance(value, dict):
        return holds_a_graph(list(value.values()))
    if isinstance(value, (list, tuple)):
        return any(holds_a_graph(item) for item in value)
    return is_tensor(value) and bool(value.requires_grad)
