"""Dotted names: one canonical form for each library function, and the patterns that refuse them."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Modules that carry torch, torch.nn or torch.nn.functional among their own names.
_CARRIERS = ("torch", "torchvision", "cnnlab")
# The same functions, reachable under an inner name.
_SAME = (
    (re.compile(r"torch\.nn\.modules\.(?:[a-z]\w*\.)?(?=[A-Z])"), "torch.nn."),
    (re.compile(r"torch\.(?:_VF|_C\._VariableFunctions(?:Class)?)\."), "torch."),
    (re.compile(r"torch\._C\._nn\."), "torch.nn.functional."),
)
_TENSOR = re.compile(r"torch\.(?:Tensor|nn\.Parameter|_C\.(?:_?TensorBase))\.(\w+)")
_LONGEST = 200


def canonical(path: str) -> str:
    """The public name behind detours such as `torch.nn.modules.conv.F.conv2d`."""
    parts = path[:_LONGEST].split(".")
    if parts[0] in _CARRIERS and not path.startswith("torchvision.transforms."):
        for index in range(len(parts) - 1, 0, -1):
            if parts[index] == "torch":
                parts = parts[index:]
                break
            if parts[index] == "F":
                parts = ["torch", "nn", "functional", *parts[index + 1 :]]
                break
            if parts[index] == "nn" and (parts[0] != "torch" or "modules" in parts[:index]):
                parts = ["torch", "nn", *parts[index + 1 :]]
                break
    path = ".".join(parts)
    for inner, public in _SAME:
        path = inner.sub(public, path, count=1)
    return path


class RefusedNames:
    """The patterns of one exercise: `torch.nn.functional.conv*`, `torch.ops.*`, `.softmax`."""

    def __init__(self, patterns: Sequence[str]) -> None:
        dotted = [pattern for pattern in patterns if not pattern.startswith(".")]
        self._exact = {canonical(pattern) for pattern in dotted if not pattern.endswith("*")}
        self._heads = tuple(canonical(pattern[:-1]) for pattern in dotted if pattern.endswith("*"))
        self.methods = {pattern[1:] for pattern in patterns if pattern.startswith(".")}

    def match(self, path: str) -> str | None:
        """The refused name that `path` is or lies inside, or None."""
        path = canonical(path)
        method = _TENSOR.match(path)
        if method and method[1] in self.methods:
            return method[0]
        end = path.find(".")
        while end != -1:
            end = path.find(".", end + 1)
            part = path if end == -1 else path[:end]
            if part in self._exact:
                return part
            for head in self._heads:
                if part.startswith(head):
                    # `torch.ops.*` takes in everything below, `torch.nn.Conv*` one name.
                    return path if head.endswith(".") else part
        return None
