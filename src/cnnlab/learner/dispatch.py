"""The dispatch mode of the watch; apart from it, since it needs torch."""

from __future__ import annotations

from typing import Any

from torch.utils._python_dispatch import TorchDispatchMode


class Noting(TorchDispatchMode):
    """Adds every operator that torch executes to `noted`."""

    def __init__(self, noted: set[Any]) -> None:
        super().__init__()
        self._noted = noted

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        self._noted.add(func)
        return func(*args, **(kwargs or {}))
