"""Import torchvision, also where its compiled operators do not fit the installed torch.

torchvision ships a compiled library beside its Python code. When torch and torchvision come from
different builds (one for a GPU, one for the CPU, say), that library does not load, and the import
then stops at "operator torchvision::nms does not exist". Everything this course uses (models,
transforms, datasets) is written in Python and does not need the library: it is enough that the two
operators are *declared*. That is all this module does, and only when the plain import has failed.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from dataclasses import dataclass
from types import ModuleType

from cnnlab.errors import CnnlabError

# Declared operators vanish with the Library object that declared them, so it is kept here.
_declarations: list[object] = []

_MISSING_OPERATORS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}

REINSTALL_ADVICE = (
    "To mend the installation itself, remove both (pip uninstall torch torchvision) and install "
    "them together, with the command that pytorch.org/get-started gives for this machine."
)


class TorchvisionError(CnnlabError):
    """torchvision is missing, or broken in a way that cannot be worked around."""


@dataclass(frozen=True)
class Diagnosis:
    """What `cnnlab doctor` says about torchvision: `status` is "ok", "repaired" or "broken"."""

    status: str
    explanation: str


def import_torchvision(quiet: bool = False) -> ModuleType:
    """Return the torchvision module, declaring its missing operators first if that is needed.

    A warning says so, unless `quiet`: lessons need nothing that is missing.

    >>> import_torchvision().__name__
    'torchvision'
    """
    try:
        return importlib.import_module("torchvision")
    except ModuleNotFoundError as error:
        if error.name != "torchvision":
            raise
        raise TorchvisionError(
            "torchvision is not installed. Type: pip install torchvision, then restart the kernel."
        ) from error
    except RuntimeError as error:
        if "operator torchvision::" not in str(error):
            raise
        first_failure = error
    return _import_with_declared_operators(first_failure, quiet)


def _import_with_declared_operators(first_failure: RuntimeError, quiet: bool) -> ModuleType:
    _forget_half_imported_modules()
    _declare_missing_operators()
    try:
        module = importlib.import_module("torchvision")
    except Exception as error:
        raise TorchvisionError(
            f"torchvision cannot be imported: {first_failure}. Its compiled part does not fit the "
            f"installed torch, and working around that failed too: {error}. {REINSTALL_ADVICE}"
        ) from error
    if not quiet:
        warnings.warn(
            "torchvision's compiled operators do not fit this torch; everything the course uses "
            "works without them (cnnlab doctor explains).",
            stacklevel=3,
        )
    return module


def _forget_half_imported_modules() -> None:
    # A failed import leaves the submodules it had finished; a second try would reuse them.
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]


def _declare_missing_operators() -> None:
    import torch

    library = torch.library.Library("torchvision", "DEF")
    for name, schema in _MISSING_OPERATORS.items():
        if not hasattr(torch.ops.torchvision, name):
            library.define(schema)
    _declarations.append(library)


def diagnose() -> Diagnosis:
    """Say in a few words how torchvision is doing here; never raises and never warns.

    >>> diagnose().status in {"ok", "repaired"}
    True
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torchvision = import_torchvision()
    except Exception as error:  # a doctor reports every illness, whatever its kind
        return Diagnosis("broken", str(error))
    if not _declarations:
        return Diagnosis("ok", f"torchvision {torchvision.__version__} works.")
    import torch

    return Diagnosis(
        "repaired",
        f"torchvision {torchvision.__version__} and torch {torch.__version__} come from different "
        "builds, so torchvision's compiled operators did not load. cnnlab declared the missing "
        "ones: models, transforms and datasets work; box operators of detection models do not. "
        + REINSTALL_ADVICE,
    )
