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

# Calls behind which code cannot be read. They are refused wherever an exercise refuses anything.
_UNREADABLE = {
    "builtins.exec": "exec",
    "builtins.eval": "eval",
    "builtins.compile": "compile",
    "IPython.get_ipython": "get_ipython",
    "marshal.loads": "marshal.loads",
    "runpy.run_module": "runpy.run_module",
    "runpy.run_path": "runpy.run_path",
    "torch.jit.CompilationUnit": "torch.jit.CompilationUnit",
    "types.CodeType": "types.CodeType",
    "types.FunctionType": "types.FunctionType",
}


def canonical(path: str) -> str:
    """The public name behind detours such as `torch.nn.modules.conv.F.conv2d`."""
    parts = path.split(".")
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

    def __init__(self, patterns: Sequence[str]):
        dotted = [pattern for pattern in patterns if not pattern.startswith(".")]
        self._exact = {canonical(pattern) for pattern in dotted if not pattern.endswith("*")}
        self._heads = tuple(canonical(pattern[:-1]) for pattern in dotted if pattern.endswith("*"))
        self._methods = {pattern[1:] for pattern in patterns if pattern.startswith(".")}
        self._last = {pattern.rpartition(".")[2] for pattern in patterns}
        self._known: dict[str, str | None] = {}

    def match(self, path: str) -> str | None:
        """The refused name that `path` is or lies inside, or None."""
        if path not in self._known:
            self._known[path] = self._match(path)
        return self._known[path]

    def _match(self, path: str) -> str | None:
        if path in _UNREADABLE:
            return _UNREADABLE[path]
        method = _TENSOR.match(path)
        if method and method[1] in self._methods:
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

    def is_method(self, name: str) -> bool:
        return name in self._methods

    def is_last_part(self, name: str) -> bool:
        """Whether a name of this spelling is refused in some module or other."""
        return any(
            name.startswith(last[:-1]) if last.endswith("*") and len(last) > 1 else name == last
            for last in self._last
        )

    def may_hide_in(self, path: str) -> bool:
        """Whether the module or class `path` holds refused names."""
        inside = path + "."
        return any(name.startswith(inside) for name in (*self._exact, *self._heads)) or any(
            inside.startswith(head) for head in self._heads
        )

    def exports(self, module: str, name: str) -> str | None:
        """The refused name that `from module import *` brings in under `name`, if it does."""
        return self.match(canonical(f"{module}.{name}"))
