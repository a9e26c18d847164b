"""cnnlab: learn convolutional networks by writing them.

Parts are imported when they are first used, so that `import cnnlab` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_PARTS = ("anatomy", "check", "data", "models", "pictures", "practice", "predict", "training")
_NAMES = {
    "hint": "cnnlab.show_hint",
    "my_progress": "cnnlab.overview",
    "fit": "cnnlab.training",
    "evaluate": "cnnlab.training",
    "import_torchvision": "cnnlab._torchvision",
}

__all__ = [*_PARTS, *_NAMES, "__version__"]


def __getattr__(name: str) -> Any:
    if name in _PARTS:
        return import_module(f"cnnlab.{name}")
    if name in _NAMES:
        return getattr(import_module(_NAMES[name]), name)
    raise AttributeError(f"cnnlab has no {name!r}; it has: {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)
