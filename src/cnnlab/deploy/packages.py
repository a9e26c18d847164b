"""The packages that deployment needs, and what to say where they aren't installed."""

from __future__ import annotations

import importlib.util

from cnnlab.errors import CnnlabError

NEEDED = ("onnx", "onnxscript", "onnxruntime")
INSTALL = 'pip install "cnnlab[deploy]"'


class DeployError(CnnlabError):
    """A network can't be exported, quantised or run; the message says why and what next."""


def available() -> bool:
    """Whether everything that deployment needs is installed.

    >>> available() in (True, False)
    True
    """
    return not _missing()


def expect_packages() -> None:
    """Raises `DeployError` where a package is missing."""
    if missing := _missing():
        raise DeployError(
            f"Exporting networks and running them with ONNX Runtime needs {', '.join(NEEDED)}, "
            f"and {_listed(missing)} not installed here. Type: {INSTALL}, then restart the kernel. "
            "Without it you can still quantise with your own functions: every exercise of unit 10 "
            "works, and only its section on ONNX Runtime is left out."
        )


def _missing() -> list[str]:
    return [name for name in NEEDED if importlib.util.find_spec(name) is None]


def _listed(names: list[str]) -> str:
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"
